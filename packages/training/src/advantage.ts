/**
 * Returns and advantages of trajectories cut into fixed-length rollouts.
 *
 *   δₜ = rₜ + γ V(sₜ₊₁) − V(sₜ)      Âₜ = δₜ + γλ Âₜ₊₁      target = Âₜ + V(sₜ)
 *
 * Schulman et al. 2016, "High-Dimensional Continuous Control Using Generalized Advantage Estimation", eq. 16,
 * https://arxiv.org/abs/1506.02438
 *
 * An episode that *terminates* has no future: V(sₜ₊₁) = 0. One that is *truncated* (a time limit) has a future that
 * was not seen: it bootstraps from the value of its own final observation. Both end the sum over later steps, and so
 * does the last step of the rollout.
 *
 * Shapes: every array is [steps, environments], row-major. Sums are carried in double precision.
 */
import { standardize, type Tensor } from '@ascent-rl/core';

/** Numbers of one precision. */
export type FloatArray = Float32Array | Float64Array;

/** What returns and advantages are computed from; every array is [steps, environments]. */
export interface Trajectories {
  /** Trajectories side by side, at least 1. */
  readonly environments: number;
  /** rₜ, the reward of the step. */
  readonly rewards: FloatArray;
  /** V(sₜ₊₁), the value of the observation that step t really led to: the final one where an episode ended. */
  readonly nextValues: FloatArray;
  /** 1 where the step ended the episode in a terminal state. */
  readonly terminated: ArrayLike<number>;
  /** 1 where the step ended the episode early. */
  readonly truncated: ArrayLike<number>;
}

/** Trajectories with room for their advantages; every array is [steps, environments]. */
export interface AdvantageRecord extends Trajectories {
  /** V(sₜ), the value of the observation that the step started from. */
  readonly values: FloatArray;
  /** Receives Âₜ. */
  readonly advantages: FloatArray;
  /** Receives Âₜ + V(sₜ), the λ-return. */
  readonly valueTargets: FloatArray;
}

/** Weights of the generalized advantage. */
export interface AdvantageOptions {
  /** Discount γ, in [0, 1]. */
  readonly discount: number;
  /** Weight λ of longer sums, in [0, 1]: 0 is the one-step advantage, 1 the return minus the value. */
  readonly lambda: number;
}

/** Fills `advantages` and `valueTargets` by generalized advantage estimation (Schulman et al. 2016, eq. 16). */
export function generalizedAdvantage(record: AdvantageRecord, { discount, lambda }: AdvantageOptions): void {
  const { environments, rewards, values, nextValues, terminated, truncated, advantages, valueTargets } =
    record;
  for (let environment = 0; environment < environments; environment++) {
    let following = 0;
    for (let t = rewards.length - environments + environment; t >= 0; t -= environments) {
      const nextValue = terminated[t] ? 0 : nextValues[t]!;
      if (terminated[t] || truncated[t]) following = 0;
      const delta = rewards[t]! + discount * nextValue - values[t]!;
      following = delta + discount * lambda * following;
      advantages[t] = following;
      valueTargets[t] = following + values[t]!;
    }
  }
}

/**
 * Fills `returns` [steps, environments] with the discounted return Gₜ = rₜ + γ Gₜ₊₁, where a truncated episode and the
 * last step continue with γ `nextValues` (zeros there give the plain Monte-Carlo return).
 */
export function discountedReturns(trajectories: Trajectories, discount: number, returns: FloatArray): void {
  const { environments, rewards, nextValues, terminated, truncated } = trajectories;
  const lastStep = rewards.length - environments;
  for (let environment = 0; environment < environments; environment++) {
    let following = 0;
    for (let t = lastStep + environment; t >= 0; t -= environments) {
      if (terminated[t]) following = 0;
      else if (truncated[t] || t >= lastStep) following = nextValues[t]!;
      following = rewards[t]! + discount * following;
      returns[t] = following;
    }
  }
}

/** Advantages of mean 0 and deviation 1 [R]. A single one has no deviation: it stays, or nothing would be learned from it. */
export function standardizedRows(advantages: Tensor): Tensor {
  return advantages.size === 1 ? advantages : standardize(advantages);
}
