/** Printing as Gymnasium does, that is, as NumPy prints arrays. */
import type { Box, Numbers } from './types.ts';

/** A shape as Python writes a tuple: (), (3,), (210, 160, 3). */
function formatTuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

/** The shortest decimal that gives the number back at float32 precision, or at full precision. */
function shortest(value: number, isFloat32: boolean): string {
  if (!isFloat32) return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

/** Numbers in brackets, padded so that decimal points stand below each other, as NumPy prints them. */
export function formatNumbers(numbers: Numbers, isFloat32: boolean, isWhole: boolean): string {
  const texts = Array.from(numbers, (number) => shortest(number, isFloat32).replace('Infinity', 'inf'));
  const isFinite = (text: string): boolean => !text.endsWith('inf');
  const parts = texts.map((text) => text.split('.') as [string, string?]);
  const finite = parts.filter(([whole]) => isFinite(whole));
  const left = Math.max(0, ...finite.map(([whole]) => whole.length));
  const right = Math.max(0, ...finite.map(([, fraction = '']) => fraction.length));
  const width = Math.max(
    ...texts.map((text) => (isFinite(text) ? 0 : text.length)),
    left + (isWhole ? 0 : right + 1),
  );
  const cells = parts.map(([whole, fraction = '']) => {
    if (isWhole || !isFinite(whole)) return whole.padStart(width);
    return `${whole.padStart(width - right - 1)}.${fraction.padEnd(right)}`;
  });
  return `[${cells.join(' ')}]`;
}

/** Limits that are all alike print as one number; others in brackets, an axis each. */
function formatLimits({ shape, dtype }: Box, limits: readonly number[]): string {
  const isFloat32 = dtype === 'float32';
  const isWhole = dtype === 'uint8' || dtype === 'int32';
  if (limits.length > 0 && limits.every((limit) => limit === limits[0])) {
    const text = shortest(limits[0]!, isFloat32).replace('Infinity', 'inf');
    return isWhole || /[.ef]/.test(text) ? text : `${text}.0`;
  }
  const nested = (axis: number, start: number, size: number): string => {
    if (axis >= shape.length - 1) return formatNumbers(limits.slice(start, start + size), isFloat32, isWhole);
    const inner = size / shape[axis]!;
    return `[${Array.from({ length: shape[axis]! }, (_, i) => nested(axis + 1, start + i * inner, inner)).join(' ')}]`;
  };
  return nested(0, 0, limits.length);
}

/** Such as `Box(-2.0, 2.0, (1,), float32)`. */
export function formatBox(space: Box): string {
  const { low, high, shape, dtype } = space;
  return `Box(${formatLimits(space, low)}, ${formatLimits(space, high)}, ${formatTuple(shape)}, ${dtype})`;
}
