/**
 * The losses of proximal policy optimisation.
 * Schulman et al. 2017, eq. 7 to 9 and section 4, https://arxiv.org/abs/1707.06347
 *
 *   r = exp(log π(a|s) − log π_old(a|s))
 *   clipped     L = −E[min(r Â, clip(r, 1 − ε, 1 + ε) Â)] + c₁ E[(V(s) − R)²] − c₂ E[H(π(·|s))]
 *   penalized   L = −E[r Â − β KL(π_old(·|s) ‖ π(·|s))] + c₁ E[(V(s) − R)²] − c₂ E[H(π(·|s))]
 *
 * Shapes: B rows in a minibatch, A numbers in an action.
 */
import { constant, toTensor, type Operand, type Tensor } from '@ascent-rl/core';
import type { Distribution } from '@ascent-rl/core/nn';
import { standardizedRows } from '@ascent-rl/training';
import type { PpoConfig } from './ppo-config.ts';

/** Rows of experience; everything but the action is [B]. */
export interface PpoBatch {
  /** What was done, before any clipping to the environment's limits, [B, A]. */
  readonly actions: Tensor;
  /** log π_old(a|s) */
  readonly logProbabilities: Tensor;
  /** V_old(s) */
  readonly values: Tensor;
  /** Â, by generalized advantage estimation. */
  readonly advantages: Tensor;
  /** R = Â + V_old(s), the λ-return. */
  readonly valueTargets: Tensor;
}

/** What keeps the policy near the old one. */
export type Restraint =
  | {
      /** ε: a number, or a scalar tensor where a schedule changes it. */
      readonly clipRange: Operand;
    }
  | {
      /** π_old(·|s) */
      readonly oldPolicy: Distribution;
      /** β: a number, or a scalar tensor where it adapts. */
      readonly klWeight: Operand;
    };

/** The loss to descend and its parts, all scalars. */
export interface PpoLoss {
  readonly loss: Tensor;
  readonly policyLoss: Tensor;
  readonly valueLoss: Tensor;
  /** Mean entropy in nats. */
  readonly entropy: Tensor;
  /** E[(r − 1) − log r], a low-variance estimate of KL(π_old ‖ π) (Schulman 2020, "Approximating KL divergence"). */
  readonly approximateKl: Tensor;
  /** Share of ratios outside 1 ± ε. */
  readonly clipFraction: Tensor;
}

/** The part of a configuration that the loss needs. */
export type PpoLossConfig = Pick<
  PpoConfig,
  'valueClipRange' | 'valueWeight' | 'entropyWeight' | 'normalizeAdvantage'
>;

/**
 * PPO's loss on a minibatch.
 *
 * @param policy - π(·|s) under the current parameters.
 * @param value - V(s) under the current parameters, [B].
 * @param restraint - The clip range of eq. 7, or the penalty of eq. 8.
 */
export function ppoLoss(
  policy: Distribution,
  value: Tensor,
  batch: PpoBatch,
  restraint: Restraint,
  config: PpoLossConfig,
): PpoLoss {
  const advantage = config.normalizeAdvantage ? standardizedRows(batch.advantages) : batch.advantages;
  const logRatio = policy.logProbability(batch.actions).sub(batch.logProbabilities);
  const ratio = logRatio.exp();

  const { policyLoss, clipFraction } =
    'clipRange' in restraint
      ? clippedSurrogate(ratio, advantage, restraint.clipRange)
      : penalizedSurrogate(ratio, advantage, restraint.oldPolicy.kl(policy), restraint.klWeight);
  const valueLoss = squaredError(value, batch, config.valueClipRange).mean();
  const entropy = policy.entropy().mean();
  const loss = policyLoss.add(valueLoss.mul(config.valueWeight));
  return {
    // A bonus of weight 0 is left out: its derivative would be computed all the same.
    loss: config.entropyWeight === 0 ? loss : loss.sub(entropy.mul(config.entropyWeight)),
    policyLoss,
    valueLoss,
    entropy,
    approximateKl: ratio.sub(1).sub(logRatio).mean(),
    clipFraction,
  };
}

/** −E[min(r Â, clip(r, 1 − ε, 1 + ε) Â)] (eq. 7). */
function clippedSurrogate(ratio: Tensor, advantage: Tensor, clipRange: Operand) {
  const excess = ratio.sub(1);
  const clipped = excess.max(toTensor(clipRange).neg()).min(clipRange).add(1);
  return {
    policyLoss: ratio.mul(advantage).min(clipped.mul(advantage)).mean().neg(),
    clipFraction: excess.abs().greater(clipRange).mean(),
  };
}

/** −E[r Â − β KL(π_old ‖ π)] (eq. 8). */
function penalizedSurrogate(ratio: Tensor, advantage: Tensor, divergence: Tensor, weight: Operand) {
  return {
    policyLoss: divergence.mul(weight).sub(ratio.mul(advantage)).mean(),
    clipFraction: constant(0),
  };
}

/** Bounds of β: in float32 a weight of 0 never grows again, and an infinite one makes NaN of a divergence of 0. */
const [leastKlWeight, largestKlWeight] = [1e-9, 1e9];

/**
 * β after a rollout on which the policy moved by the divergence `moved` (section 4): doubled, halved or as it was; from
 * 1e-9 to 1e9.
 */
export function adaptedKlWeight(weight: number, moved: number, target: number): number {
  if (moved > 1.5 * target) return Math.min(2 * weight, largestKlWeight);
  return moved < target / 1.5 ? Math.max(weight / 2, leastKlWeight) : weight;
}

/** (V − R)², or with a range the larger of that and the error of V kept within the range of V_old. */
function squaredError(value: Tensor, { values, valueTargets }: PpoBatch, range: number | null): Tensor {
  const error = value.sub(valueTargets).square();
  if (range === null) return error;
  const clipped = values.add(value.sub(values).clip(-range, range));
  return error.max(clipped.sub(valueTargets).square());
}
