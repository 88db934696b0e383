/** Discrete, MultiDiscrete and MultiBinary: choices, by Gymnasium's rules of sampling and flattening. */
import { ConfigError } from '@ascent-rl/core/errors';
import { formatNumbers } from './format.ts';
import { arrayViolation, copyNumbers, describe, type SpaceRules } from './rules.ts';
import type { Discrete, MultiBinary, MultiDiscrete, Numbers, WritableNumbers } from './types.ts';

/**
 * One choice of `n`, counted from `start`.
 *
 * @throws ConfigError unless n is a whole number ≥ 1 and start is whole.
 */
export function discrete(n: number, start: number = 0): Discrete {
  expectCount('discrete', n);
  if (!Number.isInteger(start)) throw new ConfigError(`discrete: expected a whole start, got ${start}`);
  const text = start === 0 ? `Discrete(${n})` : `Discrete(${n}, start=${start})`;
  return { kind: 'Discrete', n, start, toString: () => text };
}

/**
 * Several choices, the i-th of `nvec[i]`.
 *
 * @throws ConfigError unless all are whole numbers ≥ 1.
 */
export function multiDiscrete(nvec: readonly number[]): MultiDiscrete {
  expectCount('multiDiscrete', nvec.length);
  for (const n of nvec) expectCount('multiDiscrete', n);
  return {
    kind: 'MultiDiscrete',
    nvec,
    toString: () => `MultiDiscrete(${formatNumbers(nvec, false, true)})`,
  };
}

/**
 * `n` switches.
 *
 * @throws ConfigError unless n is a whole number ≥ 1.
 */
export function multiBinary(n: number): MultiBinary {
  expectCount('multiBinary', n);
  return { kind: 'MultiBinary', n, toString: () => `MultiBinary(${n})` };
}

function expectCount(name: string, n: number): void {
  if (!Number.isSafeInteger(n) || n < 1)
    throw new ConfigError(`${name}: expected a whole number ≥ 1, got ${n}`);
}

const isChoice = (value: unknown, n: number): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < n;

function writeOneHot(index: number, n: number, into: WritableNumbers, offset: number): void {
  into.fill(0, offset, offset + n);
  into[offset + index] = 1;
}

/** The index of the largest of n numbers, the first one if there are several. */
function hottest(flat: Numbers, offset: number, n: number): number {
  let best = 0;
  for (let i = 1; i < n; i++) if (flat[offset + i]! > flat[offset + best]!) best = i;
  return best;
}

/** See {@link SpaceRules}. */
export const discreteRules: SpaceRules<Discrete> = {
  flatSize: ({ n }) => n,
  actionSize: () => 1,
  sample: ({ n, start }, random) => start + random.integers(0, n),
  violation: ({ n, start }, value, name) =>
    typeof value === 'number' && isChoice(value - start, n) ? undefined : `${name} = ${describe(value)}`,
  flatten: ({ n, start }, value, into, offset) => writeOneHot(value - start, n, into, offset),
  unflatten: ({ n, start }, flat, offset) => start + hottest(flat, offset, n),
  flattenAction: (_, action, into, offset) => void (into[offset] = action),
  unflattenAction: (_, numbers, offset) => numbers[offset]!,
};

/** See {@link SpaceRules}. */
export const multiDiscreteRules: SpaceRules<MultiDiscrete> = {
  flatSize: ({ nvec }) => nvec.reduce((sum, n) => sum + n, 0),
  actionSize: ({ nvec }) => nvec.length,
  sample: ({ nvec }, random) => Int32Array.from(nvec, (n) => Math.floor(random.random() * n)),
  violation: ({ nvec }, value, name) =>
    arrayViolation(value, name, nvec.length, (element, i) => isChoice(element, nvec[i]!)),
  flatten({ nvec }, value, into, offset) {
    let at = offset;
    nvec.forEach((n, i) => {
      writeOneHot(value[i]!, n, into, at);
      at += n;
    });
  },
  unflatten({ nvec }, flat, offset) {
    let at = offset;
    return Int32Array.from(nvec, (n) => {
      const index = hottest(flat, at, n);
      at += n;
      return index;
    });
  },
  flattenAction: ({ nvec }, action, into, offset) => copyNumbers(action, 0, into, offset, nvec.length),
  unflattenAction: ({ nvec }, numbers, offset) => Int32Array.from(nvec, (_, i) => numbers[offset + i]!),
};

/** See {@link SpaceRules}. */
export const multiBinaryRules: SpaceRules<MultiBinary> = {
  flatSize: ({ n }) => n,
  actionSize: ({ n }) => n,
  sample({ n }, random) {
    // NumPy draws int8 numbers from the bytes of 32-bit draws, and 0 or 1 from the top bit of a byte.
    let word = 0;
    return Uint8Array.from({ length: n }, (_, i) => {
      word = i % 4 === 0 ? random.uint32() : word >>> 8;
      return (word >>> 7) & 1;
    });
  },
  violation: ({ n }, value, name) => arrayViolation(value, name, n, (element) => isChoice(element, 2)),
  flatten: ({ n }, value, into, offset) => copyNumbers(value, 0, into, offset, n),
  unflatten: ({ n }, flat, offset) => Uint8Array.from({ length: n }, (_, i) => flat[offset + i]!),
  flattenAction: ({ n }, action, into, offset) => copyNumbers(action, 0, into, offset, n),
  unflattenAction: (space, numbers, offset) => multiBinaryRules.unflatten(space, numbers, offset),
};
