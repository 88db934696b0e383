/**
 * The losses of deterministic policy gradients.
 *
 * Silver et al. 2014, "Deterministic Policy Gradient Algorithms", http://proceedings.mlr.press/v32/silver14.html;
 * Lillicrap et al. 2016, "Continuous control with deep reinforcement learning", https://arxiv.org/abs/1509.02971;
 * Fujimoto et al. 2018, "Addressing Function Approximation Error in Actor-Critic Methods",
 * https://arxiv.org/abs/1802.09477
 *
 * Shapes: B rows, A numbers in an action, n critics.
 */
import type { Tensor } from '@ascent-rl/core';
import { leastValue } from '@ascent-rl/training';

/** How much the target's action is smeared; actions lie within ±1. */
export interface TargetSmoothing {
  /** Deviation σ̃ of the noise. */
  readonly targetNoise: number;
  /** Largest magnitude c of the noise. */
  readonly targetNoiseClip: number;
}

/**
 * ã = clip(μ′(s′) + clip(σ̃ ε, ±c), ±1), [B, A]: similar actions should have similar values (Fujimoto et al., eq. 14).
 */
export function smoothedAction(action: Tensor, noise: Tensor, smoothing: TargetSmoothing): Tensor {
  const { targetNoise, targetNoiseClip } = smoothing;
  return action.add(noise.mul(targetNoise).clip(-targetNoiseClip, targetNoiseClip)).clip(-1, 1);
}

/** y = R + Γ minᵢ Q′ᵢ(s′, ã), [B], for next values [n, B]; no derivative flows through it (Fujimoto et al., eq. 10). */
export function valueTarget({
  rewards,
  discounts,
  nextValues,
}: {
  readonly rewards: Tensor;
  readonly discounts: Tensor;
  readonly nextValues: Tensor;
}): Tensor {
  return rewards.add(discounts.mul(leastValue(nextValues))).stopGradient();
}

/** Σᵢ E[(Qᵢ(s, a) − y)²] for values [n, B] and targets [B]. */
export function criticLoss(values: Tensor, target: Tensor): Tensor {
  return values.sub(target).square().mean(1).sum();
}

/** −E[Q(s, μ(s))] for values [B]: its gradient is that of eq. 9 of Silver et al., ∇θ μ(s) ∇ₐ Q(s, a). */
export function actorLoss(values: Tensor): Tensor {
  return values.mean().neg();
}
