/**
 * NumPy's SeedSequence: any seed, however poor, becomes well-mixed words for a generator; a key beside the seed
 * gives independent streams of one seed.
 *
 * Source: M. E. O'Neill, "Developing a seed_seq Alternative" (2015), and NumPy's `numpy.random.SeedSequence`, whose
 * words these are for the same `entropy` and `spawn_key`.
 */
import { ConfigError } from '../errors.ts';

const poolSize = 4;
const initA = 0x43b0d7e5;
const multiplierA = 0x931e8875;
const initB = 0x8b51f9dd;
const multiplierB = 0x58f38ded;
const mixLeft = 0xca01f9dd;
const mixRight = 0x4973f715;

/**
 * The first `count` 32-bit words of the sequence of (seed, key).
 *
 * @param seed - Whole number from 0 to 2⁵³ - 1.
 * @param key - Which of the seed's streams: whole numbers; `[]` is the seed's own stream, `[i]` NumPy's i-th spawned.
 * @throws ConfigError for a seed or key that is negative, fractional or too large.
 */
export function seedWords(seed: number, key: readonly number[], count: number): Uint32Array {
  const entropy = wordsOf(seed, 'seed');
  if (key.length > 0) while (entropy.length < poolSize) entropy.push(0);
  entropy.push(...key.flatMap((part) => wordsOf(part, 'key')));
  return expand(mixPool(entropy), count);
}

/** The entropy's words stirred into a pool of four. */
function mixPool(entropy: readonly number[]): Uint32Array {
  let constant = initA;
  const hash = (value: number): number => {
    let mixed = value ^ constant;
    constant = Math.imul(constant, multiplierA);
    mixed = Math.imul(mixed, constant);
    return mixed ^ (mixed >>> 16);
  };
  const mix = (x: number, y: number): number => {
    const mixed = Math.imul(mixLeft, x) - Math.imul(mixRight, y);
    return mixed ^ (mixed >>> 16);
  };

  const pool = Uint32Array.from({ length: poolSize }, (_, i) => hash(entropy[i] ?? 0));
  for (let source = 0; source < poolSize; source++) {
    for (let target = 0; target < poolSize; target++) {
      if (source !== target) pool[target] = mix(pool[target]!, hash(pool[source]!));
    }
  }
  for (const word of entropy.slice(poolSize)) {
    for (let target = 0; target < poolSize; target++) pool[target] = mix(pool[target]!, hash(word));
  }
  return pool;
}

function expand(pool: Uint32Array, count: number): Uint32Array {
  let constant = initB;
  return Uint32Array.from({ length: count }, (_, i) => {
    let mixed = pool[i % poolSize]! ^ constant;
    constant = Math.imul(constant, multiplierB);
    mixed = Math.imul(mixed, constant);
    return mixed ^ (mixed >>> 16);
  });
}

/** A whole number as 32-bit words, lowest first; 0 is one word. */
function wordsOf(value: number, name: string): number[] {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new ConfigError(
      `generator: expected ${name} to be a whole number from 0 to 2^53 - 1, got ${value}`,
    );
  }
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? [value >>> 0, high] : [value];
}
