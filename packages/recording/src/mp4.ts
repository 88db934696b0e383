/** MP4 films, encoded as H.264 by a WebAssembly encoder. */
import { createRequire } from 'node:module';
import type { H264MP4Encoder } from 'h264-mp4-encoder';
import { ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import type { Frame } from '@ascent-rl/environments';
import { expectFrameRate, expectFrames, expectSameSize, type Film, type FilmOptions } from './film.ts';

/** Of the format, from 10 (best) to 51; drawings stay sharp. */
const quantization = 20;

/**
 * An MP4. H.264 wants even sizes: an odd last column or row is left out. The format's rates are whole numbers: frames of
 * other rates are shown a whole number of times at the next higher one, so that the film lasts as long.
 *
 * @throws ConfigError for frames of less than 2 x 2 pixels.
 * @throws UnsupportedError where the package `h264-mp4-encoder` is not installed.
 */
export async function mp4(options: FilmOptions): Promise<Film> {
  expectFrameRate(options);
  const encoder = await createEncoder();
  const { framesPerSecond } = options;
  const rate = Math.ceil(framesPerSecond);
  let first: Frame | undefined;
  let [added, shown] = [0, 0];
  const start = (frame: Frame): void => {
    if (frame.width < 2 || frame.height < 2) {
      throw new ConfigError(
        `mp4: expected frames of at least 2 x 2 pixels, got ${frame.width} x ${frame.height}`,
      );
    }
    first = frame;
    encoder.width = even(frame.width);
    encoder.height = even(frame.height);
    encoder.frameRate = rate;
    encoder.quantizationParameter = quantization;
    encoder.groupOfPictures = 2 * rate;
    encoder.initialize();
  };
  return {
    add(frame) {
      if (first) expectSameSize(first, frame);
      else start(frame);
      const pixels = cropped(frame);
      for (const due = Math.round((++added * rate) / framesPerSecond); shown < due; shown++) {
        encoder.addFrameRgba(pixels);
      }
    },
    finish() {
      expectFrames(first);
      encoder.finalize();
      const file = encoder.FS.readFile(encoder.outputFilename, { encoding: 'binary' });
      encoder.FS.unlink(encoder.outputFilename);
      encoder.delete();
      return file;
    },
  };
}

const even = (length: number): number => length - (length % 2);

function cropped({ width, height, data }: Frame): Uint8ClampedArray {
  if (width % 2 === 0) return data.subarray(0, 4 * width * even(height));
  const narrow = new Uint8ClampedArray(4 * even(width) * even(height));
  for (let row = 0; row < even(height); row++) {
    const start = 4 * width * row;
    narrow.set(data.subarray(start, start + 4 * even(width)), 4 * even(width) * row);
  }
  return narrow;
}

type EncoderPackage = typeof import('h264-mp4-encoder');

/** Loads the encoder, without the handlers that it would leave on the process. */
async function createEncoder(): Promise<H264MP4Encoder> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set<unknown>(process.listeners(event as never)));
  const encoder = await loadEncoder().createH264MP4Encoder();
  events.forEach((event, i) => {
    for (const listener of process.listeners(event as never)) {
      if (!before[i]!.has(listener)) process.off(event, listener);
    }
  });
  return encoder;
}

function loadEncoder(): EncoderPackage {
  try {
    // It is a CommonJS module that hides its names from `import`.
    return createRequire(import.meta.url)('h264-mp4-encoder') as EncoderPackage;
  } catch (cause) {
    throw new UnsupportedError(
      'an MP4 needs the package h264-mp4-encoder, which could not be loaded; install it with ' +
        '`npm install h264-mp4-encoder`, or make a GIF',
      { cause },
    );
  }
}
