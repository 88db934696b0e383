/**
 * Minibatches of shuffled rows: every row exactly once an epoch (Huang et al. 2022, "The 37 Implementation Details of
 * Proximal Policy Optimization", core detail 6).
 *
 * Shapes: R rows, B rows a minibatch, R / B minibatches. Indices are float32, as programs take them.
 */
import { ConfigError } from '@ascent-rl/core/errors';

/** Largest count of rows whose indices float32 holds exactly. */
const maximumRows = 2 ** 24;

/** Where the order comes from: any seeded generator that shuffles in place, uniformly. */
export interface Shuffler {
  /** Reorders the elements in place. */
  shuffle(elements: Float32Array): void;
}

/** The minibatches of an epoch; the arrays stay the same, their contents change. */
export interface Minibatches {
  /** Row indices [B] of each minibatch. */
  readonly batches: readonly Float32Array[];
  /** Deals all rows anew. The result depends on the generator's state only, not on earlier epochs. */
  shuffle(generator: Shuffler): void;
}

/**
 * Minibatches of `size` rows out of `rows`.
 * Raises ConfigError where `size` is larger than `rows` or does not divide it: programs have fixed shapes.
 *
 * @param length - Rows of the rollout that one of these stands for, in messages.
 */
export function minibatches(rows: number, size: number, length: number = 1): Minibatches {
  if (!Number.isInteger(size) || size < 1) {
    throw new ConfigError(`minibatches: expected a batch size ≥ 1, got ${size}`);
  }
  if (size > rows) {
    throw new ConfigError(
      `minibatches: expected a batch size of at most the rollout's ${rows * length} rows (steps × environments), got ` +
        `${size * length}; make the batch smaller or the rollout longer`,
    );
  }
  if (rows % size !== 0) {
    throw new ConfigError(
      `minibatches: expected a batch size that divides the rollout's ${rows * length} rows, got ${size * length}; ` +
        `the nearest are ${nearestDivisors(rows, size)
          .map((count) => count * length)
          .join(' and ')}`,
    );
  }
  if (rows > maximumRows)
    throw new ConfigError(`minibatches: expected at most ${maximumRows} rows, got ${rows}`);

  const order = new Float32Array(rows);
  const batches = Array.from({ length: rows / size }, (_, i) => order.subarray(i * size, (i + 1) * size));
  return {
    batches,
    shuffle(generator) {
      for (let row = 0; row < rows; row++) order[row] = row;
      generator.shuffle(order);
    },
  };
}

/** A minibatch of whole sequences, or of single rows. */
export interface SequenceBatch {
  /** Row indices [B], step by step: row = step · environments + environment. */
  readonly rows: Float32Array;
  /** The environments whose rows these are [E], in their order within a step; not there for single rows. */
  readonly environments?: Float32Array;
}

/** Minibatches of sequences; the arrays stay the same, their contents change. */
export interface SequenceMinibatches {
  readonly batches: readonly SequenceBatch[];
  /** Deals all environments anew. */
  shuffle(generator: Shuffler): void;
}

/**
 * Minibatches of `size` rows that are whole sequences of `steps` steps, for policies with a memory (the same, LSTM detail
 * 4). Raises ConfigError where `size` is no multiple of `steps`, or the environments cannot be dealt out evenly.
 */
export function sequenceMinibatches(steps: number, environments: number, size: number): SequenceMinibatches {
  if (size % steps !== 0) {
    throw new ConfigError(
      `minibatches: expected a batch size that is a multiple of the ${steps} steps of a sequence, got ${size}; a policy ` +
        'with a memory learns from whole sequences',
    );
  }
  const dealt = minibatches(environments, size / steps, steps);
  const batches = dealt.batches.map((group) => ({ rows: new Float32Array(size), environments: group }));
  return {
    batches,
    shuffle(generator) {
      dealt.shuffle(generator);
      for (const { rows, environments: group } of batches) {
        for (let i = 0; i < size; i++) {
          rows[i] = Math.floor(i / group.length) * environments + group[i % group.length]!;
        }
      }
    },
  };
}

/** The divisors of `rows` next to `size`, one below and one above. */
function nearestDivisors(rows: number, size: number): readonly number[] {
  let below = size;
  let above = size;
  while (rows % below !== 0) below--;
  while (rows % above !== 0) above++;
  return [below, above];
}
