/**
 * The losses of soft actor-critic. Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications",
 * https://arxiv.org/abs/1812.05905
 *
 * Shapes: B rows, n critics.
 */
import type { Operand, Tensor } from '@ascent-rl/core';

/** Expectations over the actions of a policy at some states, [B] each: over one sample, or over all choices. */
export interface Judgement {
  /** E[minᵢ Qᵢ(s, ã)] */
  readonly value: Tensor;
  /** E[log π(ã|s)], minus the entropy. */
  readonly logProbability: Tensor;
}

/** What a target is made of. */
export interface SoftTarget {
  /** R: the reward, or the sum of several, [B]. */
  readonly rewards: Tensor;
  /** Γ: the discount of what follows, 0 where that is nothing, [B]. */
  readonly discounts: Tensor;
  /** The next states, judged by the target critics. */
  readonly next: Judgement;
  /** α */
  readonly temperature: Operand;
}

/** y = R + Γ E[minᵢ Q̄ᵢ(s′, ã′) − α log π(ã′|s′)], [B]; no derivative flows through it (eq. 3 and 5). */
export function softTarget({ rewards, discounts, next, temperature }: SoftTarget): Tensor {
  const softValue = next.value.sub(next.logProbability.mul(temperature));
  return rewards.add(discounts.mul(softValue)).stopGradient();
}

/** J_Q = ½ Σᵢ E[(Qᵢ(s, a) − y)²] (eq. 5) for values [n, B] and targets [B]. */
export function softCriticLoss(values: Tensor, target: Tensor): Tensor {
  return values.sub(target).square().mean(1).sum().mul(0.5);
}

/** J_π = E[α log π(ã|s) − minᵢ Qᵢ(s, ã)] (eq. 9). */
export function softActorLoss({ value, logProbability }: Judgement, temperature: Operand): Tensor {
  return logProbability.mul(temperature).sub(value).mean();
}

/** J_α = −log α · E[log π(ã|s) + H̄] (eq. 18, in log α instead of α); no derivative flows through the policy. */
export function temperatureLoss(
  logTemperature: Tensor,
  { logProbability }: Pick<Judgement, 'logProbability'>,
  targetEntropy: Operand,
): Tensor {
  return logTemperature.mul(logProbability.mean().add(targetEntropy).stopGradient()).neg();
}
