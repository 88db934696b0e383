/** The canvas of the optional package `@napi-rs/canvas`. */
import { UnsupportedError } from '@ascent-rl/core/errors';
import type { Frame } from '@ascent-rl/environments';
import type { Canvas2D } from '@ascent-rl/environments/rendering';

/** A canvas to paint on, and what was painted. */
export interface FrameCanvas {
  readonly context: Canvas2D;
  /** The pixels as they are now. */
  read(): Frame;
  /** Replaces the pixels. */
  write(frame: Frame): void;
  /** The pixels as a PNG file. */
  png(): Promise<Uint8Array>;
}

/** What is used of the package; its own types would bring the whole DOM. */
interface CanvasPackage {
  createCanvas(
    width: number,
    height: number,
  ): {
    getContext(kind: '2d'): Canvas2D & {
      getImageData(x: number, y: number, width: number, height: number): Frame;
      createImageData(width: number, height: number): Frame;
      putImageData(image: Frame, x: number, y: number): void;
    };
    encode(format: 'png'): Promise<Uint8Array>;
  };
}

/**
 * A canvas of that many pixels.
 *
 * @throws UnsupportedError where the package is not installed.
 */
export async function frameCanvas(width: number, height: number): Promise<FrameCanvas> {
  const canvas = (await loadCanvas()).createCanvas(width, height);
  const context = canvas.getContext('2d');
  return {
    context,
    read() {
      const { data } = context.getImageData(0, 0, width, height);
      return { width, height, data };
    },
    write({ data }) {
      const image = context.createImageData(width, height);
      image.data.set(data);
      context.putImageData(image, 0, 0);
    },
    png: () => canvas.encode('png'),
  };
}

async function loadCanvas(): Promise<CanvasPackage> {
  try {
    return await import('@napi-rs/canvas');
  } catch (cause) {
    throw new UnsupportedError(
      'drawing needs the package @napi-rs/canvas, which could not be loaded; install it with ' +
        '`npm install @napi-rs/canvas`',
      { cause },
    );
  }
}
