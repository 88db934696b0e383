import { paletteOf } from './palette.ts';

/** A pixel as the bytes red, green, blue, opaque. */
const pixel = (red: number, green: number, blue: number): number =>
  new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0]!;

test('as many colours as fit are kept', () => {
  const { colors, indices } = paletteOf(Uint32Array.of(pixel(1, 2, 3), pixel(4, 5, 6), pixel(1, 2, 3)), 2);
  expect(colors).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(indices.get(pixel(4, 5, 6))).toBe(1);
});

test('of too many, those of surfaces are exact and the others near', () => {
  const white = pixel(255, 255, 255);
  const ramp = Array.from({ length: 254 }, (_, i) => pixel(i, i, 128));
  const { colors, indices } = paletteOf(Uint32Array.of(white, white, ...ramp), 64);
  expect(colors.length).toBeLessThanOrEqual(64);
  expect(colors[indices.get(white)!]).toEqual([255, 255, 255]);
  ramp.forEach((color, i) => {
    const [red] = colors[indices.get(color)!]!;
    // 32 colours for 254 shades are 8 shades apart; twice that is near enough.
    expect(Math.abs(red! - i)).toBeLessThanOrEqual(16);
  });
});
