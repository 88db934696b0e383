/**
 * GIF films. A frame holds what changed since the one before and is transparent elsewhere, with the colours of the
 * changes alone, so that files stay small.
 */
import gifenc from 'gifenc';
import type { Frame } from '@ascent-rl/environments';
import { expectFrameRate, expectFrames, expectSameSize, type Film, type FilmOptions } from './film.ts';
import { paletteOf } from './palette.ts';

/** Browsers slow down what is faster; such films leave frames out. */
const fastest = 50;

/** A GIF that is repeated for ever. Films of more than 50 frames a second show every second frame, or fewer. */
export function gif(options: FilmOptions): Film {
  expectFrameRate(options);
  const { framesPerSecond } = options;
  const encoder = gifenc.GIFEncoder();
  const every = Math.ceil(framesPerSecond / fastest);
  /** When a shown frame begins, in the format's hundredths of a second. */
  const begin = (shown: number): number => Math.round((100 * every * shown) / framesPerSecond);
  let before: { readonly frame: Frame; readonly pixels: Uint32Array } | undefined;
  let added = 0;
  return {
    add(frame) {
      if (before) expectSameSize(before.frame, frame);
      const shown = added++ / every;
      if (!Number.isInteger(shown)) return;
      const pixels = new Uint32Array(frame.data.slice().buffer);
      const { index, palette } = changes(before?.pixels, pixels);
      encoder.writeFrame(index, frame.width, frame.height, {
        palette,
        delay: 10 * (begin(shown + 1) - begin(shown)),
        transparent: true,
        transparentIndex: palette.length - 1,
        dispose: 1,
      });
      before = { frame, pixels };
    },
    finish() {
      expectFrames(before);
      encoder.finish();
      return encoder.bytes();
    },
  };
}

/** Colours and indices of the pixels that changed; the last colour is transparent and stands for the others. */
function changes(
  before: Uint32Array | undefined,
  pixels: Uint32Array,
): { readonly index: Uint8Array; readonly palette: readonly (readonly number[])[] } {
  const { colors, indices } = paletteOf(
    pixels.filter((pixel, i) => pixel !== before?.[i]),
    255,
  );
  const index = new Uint8Array(pixels.length).fill(colors.length);
  for (let i = 0; i < pixels.length; i++) {
    if (pixels[i] !== before?.[i]) index[i] = indices.get(pixels[i]!)!;
  }
  return { index, palette: [...colors, [0, 0, 0]] };
}
