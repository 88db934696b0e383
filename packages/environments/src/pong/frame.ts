/** The frame of Pong in colours, as the Atari game shows it: [210, 160, 3], red, green and blue from 0 to 255. */
import type { WritableNumbers } from '../spaces/types.ts';
import { field, viewSize } from './game.ts';
import { colours, paintField, paintObjects, paintScores, type Painter } from './screen.ts';

const { width, height } = field;

/** Numbers in a frame. */
export const frameSize: number = height * width * 3;

/**
 * Writes the newest frame of a game.
 *
 * @param state - States of games, as the dynamics of {@link pong} keep them.
 * @param row - Where the state of this game starts.
 * @param into - Where to write; the frame starts at `offset`.
 */
export type FrameWriter = (
  state: Float64Array,
  row: number,
  into: WritableNumbers | Uint8ClampedArray,
  offset: number,
) => void;

/** A writer of frames. */
export function frameWriter(): FrameWriter {
  let target: WritableNumbers | Uint8ClampedArray = new Float32Array(frameSize);
  let start = 0;
  const paint: Painter = (x, y, paintWidth, paintHeight, colour) => {
    const [red, green, blue] = colours[colour];
    for (let line = y; line < y + paintHeight; line++) {
      let at = start + (line * width + x) * 3;
      for (let i = 0; i < paintWidth; i++) {
        target[at++] = red;
        target[at++] = green;
        target[at++] = blue;
      }
    }
  };
  paintField(paint);
  const empty = Uint8ClampedArray.from(target);
  return (state, row, into, offset) => {
    target = into;
    start = offset;
    target.set(empty, offset);
    paintScores(state, row, paint);
    paintObjects(state, row, paint);
  };
}

/** Where the view of a game's frame of so many steps ago starts in its state, relative to the row. */
export function viewOfStep(stepsAgo: number): number {
  return 2 * stepsAgo * viewSize;
}
