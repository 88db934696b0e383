/**
 * The losses of soft actor-critic. Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications",
 * https://arxiv.org/abs/1812.05905
 *
 * Shapes: B rows, n critics.
 */
import type { Operand, Tensor } from '@ascent-rl/core';
import { leastValue } from '@ascent-rl/training';

/** What a target is made of. */
export interface SoftTarget {
  /** R: the reward, or the sum of several, [B]. */
  readonly rewards: Tensor;
  /** Γ: the discount of what follows, 0 where that is nothing, [B]. */
  readonly discounts: Tensor;
  /** Q̄ᵢ(s′, ã′) of the target critics, [n, B]. */
  readonly nextValues: Tensor;
  /** log π(ã′|s′), [B]. */
  readonly nextLogProbability: Tensor;
  /** α */
  readonly temperature: Operand;
}

/** y = R + Γ (minᵢ Q̄ᵢ(s′, ã′) − α log π(ã′|s′)), [B]; no derivative flows through it (eq. 3 and 5). */
export function softTarget({
  rewards,
  discounts,
  nextValues,
  nextLogProbability,
  temperature,
}: SoftTarget): Tensor {
  const softValue = leastValue(nextValues).sub(nextLogProbability.mul(temperature));
  return rewards.add(discounts.mul(softValue)).stopGradient();
}

/** J_Q = ½ Σᵢ E[(Qᵢ(s, a) − y)²] (eq. 5) for values [n, B] and targets [B]. */
export function softCriticLoss(values: Tensor, target: Tensor): Tensor {
  return values.sub(target).square().mean(1).sum().mul(0.5);
}

/** J_π = E[α log π(ã|s) − minᵢ Qᵢ(s, ã)] (eq. 9) for log-probabilities [B] and values [n, B] of sampled actions. */
export function softActorLoss(logProbability: Tensor, values: Tensor, temperature: Operand): Tensor {
  return logProbability.mul(temperature).sub(leastValue(values)).mean();
}

/** J_α = −log α · E[log π(ã|s) + H̄] (eq. 18, in log α instead of α); no derivative flows through the policy. */
export function temperatureLoss(
  logTemperature: Tensor,
  logProbability: Tensor,
  targetEntropy: number,
): Tensor {
  return logTemperature.mul(logProbability.mean().add(targetEntropy).stopGradient()).neg();
}
