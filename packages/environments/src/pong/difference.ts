/**
 * The preprocessed difference of frames, written straight from the state of a game: the same numbers as those of
 * {@link pongDifference} over frames in colours, without painting them. See there for the source.
 */
import { viewSize } from './game.ts';
import { paintObjects, type Painter } from './screen.ts';

/** Rows and columns of the preprocessed frame. */
export const side = 80;
/** The first row of the screen that is looked at; every second one is. */
export const cropTop = 35;

/** Writes the difference between the newest frame and that of the step before, [6400] numbers −1, 0 or 1. */
export type DifferenceWriter = (state: Float64Array, row: number, into: Float32Array, offset: number) => void;

/** A writer of differences. */
export function differenceWriter(): DifferenceWriter {
  let target: Float32Array = new Float32Array(0);
  let start = 0;
  /** Replaces the numbers of the pixels under a rectangle, of those that are looked at. */
  const painter =
    (replace: (number: number) => number): Painter =>
    (x, y, width, height) => {
      const right = Math.floor((x + width - 1) / 2);
      const bottom = Math.min(Math.floor((y + height - 1 - cropTop) / 2), side - 1);
      for (let line = Math.max(Math.ceil((y - cropTop) / 2), 0); line <= bottom; line++) {
        for (let column = Math.ceil(x / 2); column <= right; column++) {
          const at = start + line * side + column;
          target[at] = replace(target[at]!);
        }
      }
    };
  // Objects may cover each other, so a pixel can come up twice: 2 stands for one that is covered in both frames.
  const leave = painter(() => -1);
  const enter = painter((number) => (number === -1 || number === 2 ? 2 : 1));
  const settle = painter((number) => (number === 2 ? 0 : number));
  return (state, row, into, offset) => {
    target = into;
    start = offset;
    target.fill(0, offset, offset + side * side);
    paintObjects(state, row + 2 * viewSize, leave);
    paintObjects(state, row, enter);
    paintObjects(state, row, settle);
  };
}
