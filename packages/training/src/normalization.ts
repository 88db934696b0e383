/**
 * Observations and rewards brought to unit scale by running statistics, as Stable-Baselines3's VecNormalize does it
 * ("The 37 Implementation Details of PPO", continuous details 6 to 9).
 *
 *   observation ← clip((o − mean) / √(variance + ε), ±10)
 *   reward      ← clip(r / √(variance of R + ε), ±10),  R ← γ R + r, forgotten where an episode ends
 *
 * Statistics are float64 and merge a batch at a time (Chan, Golub and LeVeque 1979); they start at mean 0, variance 1
 * with the weight of 10⁻⁴ observations. Shapes: E environments, S numbers in an observation.
 */
import { restoreArray, type Stateful } from './checkpoint.ts';

/** Mean and variance of rows of numbers, each number by itself. */
export interface Moments {
  /** [size]. */
  readonly mean: Float64Array;
  /** Population variance, [size]. */
  readonly variance: Float64Array;
  /** How many rows they are of, [1]. */
  readonly count: Float64Array;
}

/** The moments that statistics start with: mean 0, variance 1, of next to nothing. `into`: arrays of zeros. */
export function unitMoments(
  size: number,
  into: Moments = {
    mean: new Float64Array(size),
    variance: new Float64Array(size),
    count: new Float64Array(1),
  },
): Moments {
  into.variance.fill(1);
  into.count[0] = 1e-4;
  return into;
}

/** The moments of all rows seen. */
export interface RunningMoments extends Moments, Stateful {
  /** Takes in a batch [rows, size]. */
  update(batch: ArrayLike<number>): void;
}

/**
 * Running moments of rows of `size` numbers; `name` is the prefix of its arrays in a checkpoint.
 *
 * @param moments - Where they lie. Threads that share them may now and then lose rows of one another.
 */
export function runningMoments(
  size: number,
  name: string,
  moments: Moments = unitMoments(size),
): RunningMoments {
  const { mean, variance, count } = moments;
  const state = { [`${name}.mean`]: mean, [`${name}.variance`]: variance, [`${name}.count`]: count };

  function merge(batch: ArrayLike<number>, i: number): void {
    const rows = batch.length / size;
    const total = count[0]! + rows;
    let sum = 0;
    for (let at = i; at < batch.length; at += size) sum += batch[at]!;
    const batchMean = sum / rows;
    let squares = 0;
    for (let at = i; at < batch.length; at += size) squares += (batch[at]! - batchMean) ** 2;
    const delta = batchMean - mean[i]!;
    mean[i] = mean[i]! + (delta * rows) / total;
    variance[i] = (variance[i]! * count[0]! + squares + (delta * delta * count[0]! * rows) / total) / total;
  }

  return {
    ...moments,
    update(batch) {
      if (batch.length === 0) return;
      for (let i = 0; i < size; i++) merge(batch, i);
      count[0] = count[0]! + batch.length / size;
    },
    state: () => state,
    restore: (snapshot) => {
      for (const [key, array] of Object.entries(state)) restoreArray(snapshot, key, array);
    },
  };
}

/** How far normalized numbers may go. */
export interface NormalizationOptions {
  /** Largest magnitude of a normalized number, above 0; 10 by default. */
  readonly clip?: number;
  /** ε added to the variance, above 0; 1e-8 by default. */
  readonly epsilon?: number;
  /** Where the statistics lie; in arrays of its own by default. */
  readonly moments?: Moments | undefined;
}

/** Normalizes observations; evaluation calls `normalize` only, so that it leaves the statistics alone. */
export interface ObservationNormalizer extends Stateful {
  /** Mean of each number, [S]. */
  readonly mean: Float64Array;
  /** Variance of each number, [S]. */
  readonly variance: Float64Array;
  /** Largest magnitude of a normalized number. */
  readonly clip: number;
  /** ε added to the variance. */
  readonly epsilon: number;
  /** Takes observations [rows, S] into the statistics. */
  update(observations: ArrayLike<number>): void;
  /** Normalizes observations [rows, S] into `into`, by default in place. */
  normalize(observations: Float32Array, into?: Float32Array): void;
}

/** A normalizer of observations of `size` numbers. */
export function observationNormalizer(
  size: number,
  options: NormalizationOptions = {},
): ObservationNormalizer {
  const { clip = 10, epsilon = 1e-8 } = options;
  const moments = runningMoments(size, 'observations', options.moments);
  const { mean, variance } = moments;
  return {
    ...moments,
    clip,
    epsilon,
    normalize(observations, into = observations) {
      for (let i = 0; i < size; i++) {
        const deviation = Math.sqrt(variance[i]! + epsilon);
        for (let at = i; at < observations.length; at += size) {
          into[at] = clamp((observations[at]! - mean[i]!) / deviation, clip);
        }
      }
    },
  };
}

/** Scales rewards by the spread of the discounted return. */
export interface RewardNormalizer extends Stateful {
  /** Takes the rewards of one step of all environments and where they ended, each [E], into the statistics. */
  update(rewards: ArrayLike<number>, terminated: ArrayLike<number>, truncated: ArrayLike<number>): void;
  /** Forgets the returns under way: the environments start new episodes. */
  restart(): void;
  /** Scales rewards (any number of them) into `into`, by default in place; after `update` of the same step. */
  normalize(rewards: Float32Array | Float64Array, into?: Float32Array | Float64Array): void;
}

/** A normalizer of the rewards of `environments` environments; `discount` γ is that of the training. */
export function rewardNormalizer(
  environments: number,
  discount: number,
  options: NormalizationOptions = {},
): RewardNormalizer {
  const { clip = 10, epsilon = 1e-8 } = options;
  const moments = runningMoments(1, 'rewards', options.moments);
  const returns = new Float64Array(environments);
  return {
    update(rewards, terminated, truncated) {
      for (let e = 0; e < environments; e++) returns[e] = discount * returns[e]! + rewards[e]!;
      moments.update(returns);
      for (let e = 0; e < environments; e++) if (terminated[e] || truncated[e]) returns[e] = 0;
    },
    restart: () => void returns.fill(0),
    normalize(rewards, into = rewards) {
      const deviation = Math.sqrt(moments.variance[0]! + epsilon);
      for (let i = 0; i < rewards.length; i++) into[i] = clamp(rewards[i]! / deviation, clip);
    },
    state: () => ({ ...moments.state(), 'rewards.returns': returns }),
    restore(snapshot) {
      moments.restore(snapshot);
      restoreArray(snapshot, 'rewards.returns', returns);
    },
  };
}

/** Written so that NaN stays NaN: a bad observation must not look like a good one. */
function clamp(value: number, limit: number): number {
  return value > limit ? limit : value < -limit ? -limit : value;
}
