/** What the suite measures: a program, and numbers on which it does representative work. */
import type { Program } from '@ascent-rl/core';
import type { Generator } from '@ascent-rl/core/random';

/** Numbers for a program's inputs by name; the others are 0. */
export type Inputs = Readonly<Record<string, ArrayLike<number>>>;

/** A program to measure. */
export interface Benchmark {
  /** As in `--program`. */
  readonly name: string;
  /** What one run of it is, for a table's reader. */
  readonly description: string;
  /** Traces it; simplified by whoever compiles it. */
  program(): Program;
  /**
   * What it runs on. The learning rate is 0: a step then does all of its arithmetic and leaves the parameters alone,
   * so that the last run works on the same numbers as the first.
   */
  inputs(random: Generator): Inputs;
}

/** `size` draws of N(0, scale²). */
export function normal(random: Generator, size: number, scale = 1): Float32Array {
  return Float32Array.from({ length: size }, () => scale * random.standardNormal());
}

/** `size` whole numbers below `limit`. */
export function whole(random: Generator, size: number, limit: number): Float32Array {
  return Float32Array.from({ length: size }, () => random.integers(0, limit));
}
