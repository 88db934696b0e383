/** Box: real numbers within limits, by Gymnasium's rules of sampling. */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Generator } from '@ascent-rl/core/random';
import { formatBox } from './format.ts';
import { arrayViolation, copyNumbers, type SpaceRules } from './rules.ts';
import type { Box, BoxType, Numbers } from './types.ts';

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int32: Int32Array,
} as const satisfies Record<BoxType, unknown>;

/** Limits and form of a {@link Box}. */
export interface BoxOptions {
  /** Lowest number, one for all or [product(shape)]; may be -Infinity. */
  readonly low: number | Numbers;
  /** Highest number, one for all or [product(shape)]; may be Infinity. */
  readonly high: number | Numbers;
  /** Default: one axis as long as the limits. */
  readonly shape?: readonly number[];
  /** Default 'float32'. */
  readonly dtype?: BoxType;
}

/**
 * A space of real numbers.
 *
 * @throws ConfigError when limits and shape do not fit, low > high anywhere, or bytes have limits that no byte reaches.
 */
export function box({ low, high, shape = shapeOf(low, high), dtype = 'float32' }: BoxOptions): Box {
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new ConfigError(`box: expected a shape of whole numbers ≥ 0, got [${shape.join(', ')}]`);
  }
  const size = shape.reduce((product, length) => product * length, 1);
  const lowest = limits('low', low, size, dtype);
  const highest = limits('high', high, size, dtype);
  const crossed = lowest.findIndex((number, i) => !(number <= highest[i]!));
  if (crossed >= 0) {
    throw new ConfigError(
      `box: expected low ≤ high, got ${lowest[crossed]} > ${highest[crossed]} at ${crossed}`,
    );
  }
  const wide = dtype === 'uint8' && [...lowest, ...highest].find((limit) => !(limit >= 0 && limit <= 255));
  if (typeof wide === 'number') {
    throw new ConfigError(`box: expected limits from 0 to 255 for uint8, got ${wide}; choose another dtype`);
  }
  const space: Box = {
    kind: 'Box',
    shape,
    dtype,
    low: lowest,
    high: highest,
    toString: () => formatBox(space),
  };
  return space;
}

function shapeOf(low: number | Numbers, high: number | Numbers): readonly number[] {
  if (typeof low !== 'number') return [low.length];
  return typeof high === 'number' ? [1] : [high.length];
}

function limits(name: string, value: number | Numbers, size: number, dtype: BoxType): readonly number[] {
  const numbers = typeof value === 'number' ? new Array<number>(size).fill(value) : Array.from(value);
  if (numbers.length !== size) {
    throw new ConfigError(`box: expected ${size} numbers in ${name} for the shape, got ${numbers.length}`);
  }
  return dtype === 'float32' ? numbers.map(Math.fround) : numbers;
}

/** Draws in Gymnasium's order: first all numbers without limits, then those with a low one only, and so on. */
function sampleBox({ low, high, dtype }: Box, random: Generator): Numbers {
  const sample = new arrays[dtype](low.length);
  const isWhole = dtype === 'uint8' || dtype === 'int32';
  const fill = (hasLow: boolean, hasHigh: boolean, draw: (i: number) => number): void => {
    for (let i = 0; i < sample.length; i++) {
      if (low[i]! > -Infinity !== hasLow || high[i]! < Infinity !== hasHigh) continue;
      sample[i] = isWhole ? Math.floor(draw(i)) : draw(i);
    }
  };
  fill(false, false, () => random.standardNormal());
  fill(true, false, (i) => random.standardExponential() + low[i]!);
  fill(false, true, (i) => -random.standardExponential() + high[i]!);
  fill(true, true, (i) => random.uniform(low[i]!, isWhole ? high[i]! + 1 : high[i]!));
  return sample;
}

/** See {@link SpaceRules}. */
export const boxRules: SpaceRules<Box> = {
  flatSize: ({ low }) => low.length,
  actionSize: ({ low }) => low.length,
  sample: sampleBox,
  violation({ low, high, dtype }, value, name) {
    const isWhole = dtype === 'uint8' || dtype === 'int32';
    // A limit was rounded to float32, so a number at the limit has to be rounded alike.
    return arrayViolation(value, name, low.length, (element, i) => {
      const number = dtype === 'float32' ? Math.fround(element) : element;
      return (
        Number.isFinite(number) && number >= low[i]! && number <= high[i]! && !(isWhole && number % 1 !== 0)
      );
    });
  },
  flatten: ({ low }, value, into, offset) => copyNumbers(value, 0, into, offset, low.length),
  unflatten({ low, dtype }, flat, offset) {
    const value = new arrays[dtype](low.length);
    for (let i = 0; i < value.length; i++) value[i] = flat[offset + i]!;
    return value;
  },
  flattenAction: ({ low }, action, into, offset) => copyNumbers(action, 0, into, offset, low.length),
  unflattenAction: (space, numbers, offset) => boxRules.unflatten(space, numbers, offset),
};
