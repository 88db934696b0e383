/** Films: frames of one size, one after the other, that become a file. */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Frame } from '@ascent-rl/environments';

/** A film being made. */
export interface Film {
  /**
   * Adds the next frame.
   *
   * @throws ConfigError for a frame of another size than the first.
   */
  add(frame: Frame): void;
  /**
   * Ends the film, once; returns the file.
   *
   * @throws ConfigError for a film without frames.
   */
  finish(): Uint8Array;
}

/** Options of films. */
export interface FilmOptions {
  /** Frames a second, more than 0. */
  readonly framesPerSecond: number;
}

/** Refuses a number of frames a second. */
export function expectFrameRate({ framesPerSecond }: FilmOptions): void {
  if (!(framesPerSecond > 0 && framesPerSecond < Infinity)) {
    throw new ConfigError(`film: expected framesPerSecond > 0, got ${framesPerSecond}`);
  }
}

/** Refuses a film whose first frame is missing. */
export function expectFrames(first: unknown): void {
  if (first === undefined) throw new ConfigError('film: expected at least one frame, got none');
}

/** Refuses a frame of another size than the first. */
export function expectSameSize(first: Frame, frame: Frame): void {
  if (frame.width !== first.width || frame.height !== first.height) {
    throw new ConfigError(
      `film: expected frames of ${first.width} x ${first.height} pixels as the first, got ${frame.width} x ${frame.height}`,
    );
  }
}
