/** Whole numbers that a kernel computes, and conditions on them. */
import { UnsupportedError } from '@ascent-rl/core/errors';
import { blockOf, type Block, type Writer } from './block.ts';
import { formatPosition, positionOf, type Divide, type Position } from './position.ts';

/**
 * Kernels divide in float32. Half added to the dividend keeps the quotient on the right side of a whole number, as
 * long as its rounding error, a few units in the last place, is below half the divisor's reciprocal.
 */
const largestDividend = 2 ** 21;

/** ⌊position / divisor⌋ in the block. */
export function division(writer: Writer, block: Block): Divide {
  return (position, divisor) => {
    if (position.high >= largestDividend) {
      throw new UnsupportedError(
        `expected reshaped arrays of at most ${largestDividend} elements, got ${position.high + 1}`,
      );
    }
    const bounds = [Math.floor(position.low / divisor), Math.floor(position.high / divisor)] as const;
    return floor(writer, block, `(${formatPosition(position)} + 0.5) / ${divisor}`, [position], bounds);
  };
}

/** The whole number that a float holds, between bounds; `from` is where the float comes from. */
export function whole(
  writer: Writer,
  block: Block,
  float: string,
  from: readonly Position[],
  bounds: readonly [low: number, high: number],
): Position {
  return floor(writer, block, `${float} + 0.5`, from, bounds);
}

function floor(
  writer: Writer,
  block: Block,
  expression: string,
  from: readonly Position[],
  [low, high]: readonly [number, number],
): Position {
  const varying = from.some(({ terms }) => [...terms.keys()].some((variable) => variable.varying));
  return positionOf(
    writer.integer(blockOf(block, from), `Math.floor(${expression})`, { low, high, varying }),
  );
}

/** A position as a float: engines keep a sum of whole numbers whole, and divide it as such. */
export function number(writer: Writer, block: Block, position: Position): string {
  if (position.terms.size === 0) return `${position.constant}`;
  return writer.declare(blockOf(block, [position]), `${formatPosition(position)} + 0.5 - 0.5`);
}

/** A position that has to be in [start, stop). */
export type Range = readonly [position: Position, start: number, stop: number];

/**
 * Writes what happens where every position is within its range; nothing where that is nowhere. `then` gets the
 * positions with the bounds that hold there.
 */
export function whereInside(
  writer: Writer,
  block: Block,
  ranges: readonly Range[],
  then: (block: Block, positions: Position[]) => void,
): void {
  if (ranges.some(([{ low, high }, start, stop]) => high < start || low >= stop)) return;
  const conditions = ranges.flatMap(([position, start, stop]) => [
    ...(position.low < start ? [`${formatPosition(position)} >= ${start}`] : []),
    ...(position.high >= stop ? [`${formatPosition(position)} < ${stop}`] : []),
  ]);
  const inside = ranges.map(([position, start, stop]) => ({
    ...position,
    low: Math.max(position.low, start),
    high: Math.min(position.high, stop - 1),
  }));
  if (conditions.length === 0) then(block, inside);
  else writer.when(block, conditions.join(' && '), (inner) => then(inner, inside));
}
