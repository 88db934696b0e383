/**
 * Random numbers: the draws of NumPy's `default_rng(SeedSequence(seed, spawn_key=key))`, bit for bit.
 *
 * Source: NumPy's `numpy.random.Generator`, documented stream; D. Lemire, "Fast Random Integer Generation in an
 * Interval" (2019); Marsaglia and Tsang's ziggurat. Math.exp and Math.log1p enter only in the ziggurat's rare
 * rejections, where a last bit that differs between engines decides one draw in about 2⁵⁰.
 */
import { ConfigError } from '../errors.ts';
import { advance, high, low, multiplyHigh, pcg64 } from './pcg64.ts';
import { seedWords } from './seed-sequence.ts';
import { exponentialZiggurat, normalZiggurat } from './ziggurat.ts';

/** Where a generator stands, as plain data: JSON keeps it exactly. */
export type GeneratorState = {
  /** The 128-bit state as 32-bit words, lowest first. */
  readonly state: readonly number[];
  /** The 128-bit increment as 32-bit words, lowest first. */
  readonly increment: readonly number[];
  /** The half of a 64-bit draw that waits for the next 32-bit draw; null when none does. */
  readonly buffered: number | null;
};

/** Something with elements that can be exchanged: an array or a typed array. */
export interface Shufflable<T> {
  /** How many elements. */
  readonly length: number;
  [index: number]: T;
}

/** A stream of random numbers. Its whole state is in {@link Generator.state}. */
export interface Generator {
  /** A number in [0, 1) with 53 random bits. */
  random(): number;
  /** A number in [low, high). */
  uniform(low: number, high: number): number;
  /** A number of mean 0 and standard deviation 1. */
  standardNormal(): number;
  /** A normal number. */
  normal(mean: number, standardDeviation: number): number;
  /** An exponential number of mean 1. */
  standardExponential(): number;
  /** A whole number from 0 to 2³² - 1; every second one is the other half of a 64-bit draw. */
  uint32(): number;
  /**
   * A whole number from `low` to `high` - 1.
   *
   * @throws ConfigError unless both are whole and 1 ≤ high - low ≤ 2³².
   */
  integers(low: number, high: number): number;
  /**
   * An index from 0 to `count` - 1, uniform or with the given probabilities [count].
   *
   * @throws ConfigError unless the probabilities are `count` numbers ≥ 0 that add up to 1.
   */
  choice(count: number, probabilities?: ArrayLike<number>): number;
  /** Puts the elements into random order, in place. */
  shuffle<T>(array: Shufflable<T>): void;
  /** The numbers 0 to `count` - 1 in random order. */
  permutation(count: number): Uint32Array;
  /** Fills an array with {@link Generator.uniform}, by default in [0, 1) (rounding to float32 may reach 1). */
  fillUniform(array: Float32Array | Float64Array, low?: number, high?: number): void;
  /** Fills an array with {@link Generator.standardNormal}. */
  fillNormal(array: Float32Array | Float64Array): void;
  /** Independent generators: those of (seed, [...key, i]) for i < `count`, whatever was drawn before. */
  spawn(count: number): Generator[];
  /** Where the stream stands. */
  state(): GeneratorState;
  /** Continues from a state, of this or another generator. */
  restore(state: GeneratorState): void;
}

/**
 * A generator for a seed.
 *
 * @param seed - Whole number from 0 to 2⁵³ - 1.
 * @param key - Chooses one of the seed's independent streams: NumPy's `spawn_key`; by default the seed's own.
 * @throws ConfigError for a seed or key that is negative, fractional or too large.
 */
export function generator(seed: number, key: readonly number[] = []): Generator {
  return new Pcg64(seed, key);
}

/** A class, so that thousands of generators share one set of methods and engines inline them. */
class Pcg64 implements Generator {
  private readonly seed: number;
  private readonly key: readonly number[];
  private readonly words: Int32Array;
  private buffered: number | null = null;

  constructor(seed: number, key: readonly number[]) {
    this.seed = seed;
    this.key = key;
    this.words = pcg64(seedWords(seed, key, 8));
  }

  random(): number {
    const { words } = this;
    advance(words);
    return ((words[high]! >>> 0) * 2 ** 21 + (words[low]! >>> 11)) * 2 ** -53;
  }

  uniform(from: number, to: number): number {
    return from + (to - from) * this.random();
  }

  standardNormal(): number {
    const { words } = this;
    const { scale, inside, density, tail } = normalZiggurat;
    for (;;) {
      advance(words);
      // From the lowest: 8 bits of layer, 1 of sign, 52 of abscissa.
      const bits = words[low]!;
      const layer = bits & 0xff;
      const steps = (words[high]! & 0x1fffffff) * 2 ** 23 + (bits >>> 9);
      const x = steps * scale[layer]! * (bits & 0x100 ? -1 : 1);
      if (steps < inside[layer]!) return x;
      if (layer === 0) {
        const beyond = this.normalTail(tail);
        return bits & 0x20000 ? -beyond : beyond;
      }
      const height = (density[layer - 1]! - density[layer]!) * this.random() + density[layer]!;
      if (height < Math.exp(-0.5 * x * x)) return x;
    }
  }

  /** A normal number beyond `tail`. */
  private normalTail(tail: number): number {
    for (;;) {
      const x = -Math.log1p(-this.random()) / tail;
      const y = -Math.log1p(-this.random());
      if (y + y > x * x) return tail + x;
    }
  }

  normal(mean: number, standardDeviation: number): number {
    return mean + standardDeviation * this.standardNormal();
  }

  standardExponential(): number {
    const { words } = this;
    const { scale, inside, density, tail } = exponentialZiggurat;
    for (;;) {
      advance(words);
      // From the lowest: 3 bits unused, 8 of layer, 53 of abscissa.
      const bits = words[low]!;
      const layer = (bits >>> 3) & 0xff;
      const steps = (words[high]! >>> 0) * 2 ** 21 + (bits >>> 11);
      const x = steps * scale[layer]!;
      if (steps < inside[layer]!) return x;
      if (layer === 0) return tail - Math.log1p(-this.random());
      const height = (density[layer - 1]! - density[layer]!) * this.random() + density[layer]!;
      if (height < Math.exp(-x)) return x;
    }
  }

  uint32(): number {
    const { words, buffered } = this;
    if (buffered !== null) {
      this.buffered = null;
      return buffered;
    }
    advance(words);
    this.buffered = words[high]! >>> 0;
    return words[low]! >>> 0;
  }

  integers(from: number, to: number): number {
    const span = to - from;
    if (!Number.isInteger(from) || !Number.isInteger(to) || span < 1 || span > 2 ** 32) {
      throw new ConfigError(
        `integers: expected whole numbers low < high at most 2^32 apart, got low ${from} and high ${to}`,
      );
    }
    if (span === 1) return from;
    if (span === 2 ** 32) return from + this.uint32();
    // Lemire: the high word of draw · span, and a new draw where the low word would favour some results.
    const unfair = (2 ** 32 - span) % span;
    for (;;) {
      const draw = this.uint32();
      if (Math.imul(draw, span) >>> 0 >= unfair) return from + (multiplyHigh(draw, span) >>> 0);
    }
  }

  choice(count: number, probabilities?: ArrayLike<number>): number {
    if (probabilities === undefined) return this.integers(0, count);
    const { cumulative, problem } = cumulate(probabilities);
    if (probabilities.length !== count || problem !== undefined) {
      throw new ConfigError(
        `choice: expected ${count} probabilities ≥ 0 that add up to 1, got ${problem ?? `${probabilities.length}`}`,
      );
    }
    const total = cumulative[count - 1]!;
    const draw = this.random();
    return cumulative.findIndex((sum) => sum / total > draw);
  }

  shuffle<T>(array: Shufflable<T>): void {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.atMost(i);
      const kept = array[i]!;
      array[i] = array[j]!;
      array[j] = kept;
    }
  }

  /** A whole number from 0 to `limit` < 2³², by masking bits and rejecting, as NumPy shuffles. */
  private atMost(limit: number): number {
    const mask = 0xffffffff >>> Math.clz32(limit);
    for (;;) {
      const draw = (this.uint32() & mask) >>> 0;
      if (draw <= limit) return draw;
    }
  }

  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    this.shuffle(order);
    return order;
  }

  fillUniform(array: Float32Array | Float64Array, from: number = 0, to: number = 1): void {
    for (let i = 0; i < array.length; i++) array[i] = from + (to - from) * this.random();
  }

  fillNormal(array: Float32Array | Float64Array): void {
    for (let i = 0; i < array.length; i++) array[i] = this.standardNormal();
  }

  spawn(count: number): Generator[] {
    return Array.from({ length: count }, (_, i) => generator(this.seed, [...this.key, i]));
  }

  state(): GeneratorState {
    const words = Array.from(this.words, (word) => word >>> 0);
    return { state: words.slice(0, 4), increment: words.slice(4, 8), buffered: this.buffered };
  }

  restore({ state, increment, buffered }: GeneratorState): void {
    this.words.set(state, 0);
    this.words.set(increment, 4);
    this.buffered = buffered;
  }
}

/** Running sums, and what is wrong with the numbers as probabilities. */
function cumulate(probabilities: ArrayLike<number>): { cumulative: number[]; problem: string | undefined } {
  let sum = 0;
  let problem: string | undefined;
  const cumulative = Array.from(probabilities, (probability, i) => {
    if (!(probability >= 0)) problem ??= `probabilities[${i}] = ${probability}`;
    return (sum += probability);
  });
  if (Math.abs(sum - 1) > 1e-8) problem ??= `a sum of ${sum}`;
  return { cumulative, problem };
}
