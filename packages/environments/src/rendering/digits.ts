/** Numbers of seven segments: a canvas without a window may have no font. */
import type { Canvas2D } from './canvas.ts';

/**
 * Segments of a digit one wide and two high, as x, y, length across, length down; a bit of `lit` tells which digits have
 * it, bit 0 that of digit 0.
 */
const segments: readonly { readonly at: readonly [number, number, number, number]; readonly lit: number }[] =
  [
    { at: [0, 0, 1, 0], lit: 0b1111101101 },
    { at: [0, 0, 0, 1], lit: 0b1101110001 },
    { at: [1, 0, 0, 1], lit: 0b1110011111 },
    { at: [0, 1, 1, 0], lit: 0b1101111100 },
    { at: [0, 1, 0, 1], lit: 0b0101000101 },
    { at: [1, 1, 0, 1], lit: 0b1111111011 },
    { at: [0, 2, 1, 0], lit: 0b1101101101 },
  ];

/** Draws a whole number ≥ 0 from its top left on; a digit is half as wide as high. */
export function wholeNumber(
  canvas: Canvas2D,
  value: number,
  x: number,
  y: number,
  height: number,
  color: string,
): void {
  const stroke = height / 10;
  const unit = (height - stroke) / 2;
  canvas.fillStyle = color;
  Array.from(String(value), Number).forEach((digit, i) => {
    const left = x + i * (unit + 3 * stroke);
    for (const { at, lit } of segments) {
      if (((lit >> digit) & 1) === 0) continue;
      const [across, down, width, length] = at;
      canvas.fillRect(left + across * unit, y + down * unit, width * unit + stroke, length * unit + stroke);
    }
  });
}
