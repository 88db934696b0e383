/**
 * The loss of deep Q-networks. Mnih et al. 2015, "Human-level control through deep reinforcement learning",
 * https://doi.org/10.1038/nature14236; van Hasselt et al. 2016, "Deep Reinforcement Learning with Double Q-learning",
 * https://arxiv.org/abs/1509.06461
 *
 * Shapes: B rows, n actions.
 */
import { argMax, gatherAlong, huber, type Tensor } from '@ascent-rl/core';

/** What a target is made of. */
export interface QTarget {
  /** R: the reward, or the sum of several, [B]. */
  readonly rewards: Tensor;
  /** Γ: the discount of what follows, 0 where that is nothing, [B]. */
  readonly discounts: Tensor;
  /** Q′(s′, ·) of the target network, [B, n]. */
  readonly nextValues: Tensor;
  /** Values by which the next action is chosen, [B, n]: `nextValues`, or Q(s′, ·) for double Q-learning. */
  readonly choosing: Tensor;
}

/** y = R + Γ Q′(s′, argmaxₐ), [B]; no derivative flows through it (van Hasselt et al., eq. 4). */
export function qTarget({ rewards, discounts, nextValues, choosing }: QTarget): Tensor {
  return rewards.add(discounts.mul(gatherAlong(nextValues, argMax(choosing)))).stopGradient();
}

/** δ = Q(s, a) − y, [B], for values [B, n] and actions [B]. */
export function qError(values: Tensor, actions: Tensor, target: Tensor): Tensor {
  return gatherAlong(values, actions).sub(target);
}

/** E[w · huber(δ)]: errors count quadratically within ±1 and linearly beyond (Mnih et al. 2015, methods). */
export function qLoss(error: Tensor, weights?: Tensor): Tensor {
  const losses = huber(error);
  return (weights ? losses.mul(weights) : losses).mean();
}
