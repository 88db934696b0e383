/**
 * Palettes of a GIF's frame. Colours that fill surfaces are kept exactly, or what a frame leaves behind would be seen in
 * the next; only the many rare ones along smoothed edges share what is left.
 */
import gifenc from 'gifenc';

/** Colours and where each pixel finds its own. */
export interface Palette {
  /** At most as many as wanted: red, green and blue from 0 to 255. */
  readonly colors: readonly (readonly number[])[];
  /** Position of a colour in `colors`, for each colour that was given. */
  readonly indices: ReadonlyMap<number, number>;
}

/** A palette for pixels, each four bytes RGBA in one number; `size` ≥ 2 is the number of colours it may have. */
export function paletteOf(pixels: Uint32Array, size: number): Palette {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const byCount = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!);
  const exact = byCount.length <= size ? byCount : byCount.slice(0, size / 2);
  const rare = byCount.slice(exact.length);

  const shared = rare.length > 0 ? gifenc.quantize(bytesOf(rare), size - exact.length) : [];
  const colors = [...exact.map((pixel) => Array.from(bytesOf([pixel]).subarray(0, 3))), ...shared];
  const indices = new Map(exact.map((pixel, i) => [pixel, i]));
  for (const pixel of rare) indices.set(pixel, nearest(bytesOf([pixel]), colors));
  return { colors, indices };
}

const bytesOf = (pixels: readonly number[]): Uint8Array => new Uint8Array(Uint32Array.from(pixels).buffer);

function nearest(color: Uint8Array, colors: readonly (readonly number[])[]): number {
  let best = 0;
  let least = Infinity;
  colors.forEach((candidate, i) => {
    const distance =
      (candidate[0]! - color[0]!) ** 2 + (candidate[1]! - color[1]!) ** 2 + (candidate[2]! - color[2]!) ** 2;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}
