/** Single pictures in other forms. */
import type { Frame } from '@ascent-rl/environments';
import { frameCanvas } from './canvas.ts';

/** The bytes [height, width, 3] of a frame without their opacity, as Gymnasium's `rgb_array`. */
export function rgbArray({ data }: Frame): Uint8Array {
  const rgb = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    rgb[to++] = data[from]!;
    rgb[to++] = data[from + 1]!;
    rgb[to++] = data[from + 2]!;
  }
  return rgb;
}

/**
 * A frame as a PNG file.
 *
 * @throws UnsupportedError where the package `@napi-rs/canvas` is not installed.
 */
export async function png(frame: Frame): Promise<Uint8Array> {
  const canvas = await frameCanvas(frame.width, frame.height);
  canvas.write(frame);
  return canvas.png();
}
