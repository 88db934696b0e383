/**
 * What each action of some episodes is judged by: ψₜ in ∇J = E[Σₜ ∇ log π(aₜ|sₜ) ψₜ].
 *
 *   whole episode   ψₜ = Σₖ γᵏ rₖ             every action of the episode alike
 *   reward-to-go    ψₜ = Σₖ γᵏ rₜ₊ₖ           an action cannot change what was before it
 *   baseline        ψₜ − b(sₜ)                b does not depend on the action, so the mean stays: E[∇ log π] = 0
 *
 * Williams 1992; Sutton and Barto 2018, sections 13.3 and 13.4, without the factor γᵗ, as everybody leaves it out.
 * Where each point is a game of its own, a reward ends the sums (A. Karpathy 2016, "Deep Reinforcement Learning: Pong
 * from Pixels").
 *
 * An episode that was cut short goes on with the value of its final observation where there is a value baseline.
 */
import { discountedReturns, restoreArray, type Rollout, type Stateful } from '@ascent-rl/training';
import type { ReinforceConfig } from './reinforce-config.ts';

/** Judges the actions of episodes; its state is the constant baseline. */
export interface Judge extends Stateful {
  /**
   * Fills the first `rows` of `advantages`, with ψ − b divided by the number of episodes, and of `valueTargets`. The
   * rest of `advantages` becomes 0.
   */
  judge(record: Rollout, rows: number, episodes: number): void;
}

/** How much of the constant baseline is left when an update's episodes are added to it. */
const baselineDecay = 0.9;

/** A judge as the options say. */
export function judge(
  config: Pick<
    ReinforceConfig,
    'returns' | 'rewardsEndReturns' | 'baseline' | 'baselineTarget' | 'discount' | 'normalizeAdvantage'
  >,
): Judge {
  const { returns, rewardsEndReturns, baseline, baselineTarget, discount, normalizeAdvantage } = config;
  // Sum and weight of the mean returns of earlier updates. The episodes at hand come in later: a baseline must not
  // depend on the actions that it is subtracted for.
  const earlier = new Float64Array(2);

  return {
    judge(given, rows, episodes) {
      const record = rewardsEndReturns ? endedByRewards(given) : given;
      const { advantages, values, valueTargets } = record;
      const used = <A extends Float32Array | Uint8Array>(array: A) => array.subarray(0, rows) as A;
      const weights = used(advantages);
      discountedReturns(
        {
          environments: 1,
          rewards: used(record.rewards),
          nextValues: used(record.nextValues),
          terminated: used(record.terminated),
          truncated: used(record.truncated),
        },
        discount,
        weights,
      );
      if (baselineTarget === 'monteCarlo') valueTargets.set(weights);
      else temporalDifferenceTargets(record, rows, discount);

      if (returns === 'wholeEpisode') spreadFirst(weights, record);
      if (baseline === 'value') for (let t = 0; t < rows; t++) weights[t]! -= values[t]!;
      if (baseline === 'constant') {
        const mean = weights.reduce((sum, weight) => sum + weight, 0) / rows;
        const constant = earlier[1] === 0 ? 0 : earlier[0]! / earlier[1]!;
        earlier[0] = baselineDecay * earlier[0]! + mean;
        earlier[1] = baselineDecay * earlier[1]! + 1;
        for (let t = 0; t < rows; t++) weights[t]! -= constant;
      }
      if (normalizeAdvantage) standardize(weights);
      for (let t = 0; t < rows; t++) weights[t]! /= episodes;
      advantages.fill(0, rows);
    },
    state: () => ({ 'baseline.earlier': earlier }),
    restore: (snapshot) => restoreArray(snapshot, 'baseline.earlier', earlier),
  };
}

/** The same record, with an end wherever there was a reward. */
function endedByRewards(record: Rollout): Rollout {
  const { rewards, terminated } = record;
  return { ...record, terminated: terminated.map((flag, t) => (rewards[t] === 0 ? flag : 1)) };
}

/** yₜ = rₜ + γ V(sₜ₊₁), where the values are those of when the episode was played. */
function temporalDifferenceTargets(record: Rollout, rows: number, discount: number): void {
  const { rewards, values, nextValues, terminated, truncated, valueTargets } = record;
  for (let t = 0; t < rows; t++) {
    const next = terminated[t] ? 0 : truncated[t] ? nextValues[t]! : values[t + 1]!;
    valueTargets[t] = rewards[t]! + discount * next;
  }
}

/** The return of an episode is that of its first step. */
function spreadFirst(weights: Float32Array, { terminated, truncated }: Rollout): void {
  for (let t = 1; t < weights.length; t++) {
    const begins = terminated[t - 1] || truncated[t - 1];
    if (!begins) weights[t] = weights[t - 1]!;
  }
}

/** To mean 0 and deviation 1. A single weight has no deviation: it stays, or nothing would be learned from it. */
function standardize(weights: Float32Array): void {
  if (weights.length === 1) return;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const variance = weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / weights.length;
  const scale = 1 / (Math.sqrt(variance) + 1e-8);
  for (let t = 0; t < weights.length; t++) weights[t] = (weights[t]! - mean) * scale;
}
