/**
 * The stack of grey frames, written straight from the state of a game: the same numbers as those of {@link pongStack}
 * over frames in colours, without painting them whole.
 */
import { areaResizer } from '../images/area-resize.ts';
import { luminance } from '../images/luminance.ts';
import { field, opponentScore, playerScore, viewSize } from './game.ts';
import { colours, paintField, paintObjects, paintScores, scoreboards, type Painter } from './screen.ts';

/** Frames of a stack. */
export const stackDepth = 4;
/** Rows and columns of its frames in Mnih et al. 2015. */
export const natureSide = 84;

/** Writes the frames of the last four steps, [4, side, side], the oldest first, whole numbers from 0 to 255. */
export type StackWriter = (state: Float64Array, row: number, into: Float32Array, offset: number) => void;

const greys = {
  background: luminance(...colours.background),
  wall: luminance(...colours.wall),
  opponent: luminance(...colours.opponent),
  player: luminance(...colours.player),
  ball: luminance(...colours.ball),
};

/** A writer of stacks of frames of `side` rows and columns. */
export function stackWriter(side: number): StackWriter {
  const { width, height } = field;
  const resizer = areaResizer([height, width], [side, side]);
  const screen = new Uint8Array(height * width);
  let target: Float32Array = new Float32Array(side * side);
  let start = 0;

  /** Objects are lighter than the background, so that the lightest of two frames is both painted in one. */
  const lighten: Painter = (x, y, paintWidth, paintHeight, colour) => {
    const grey = greys[colour];
    for (let line = y; line < y + paintHeight; line++) {
      const at = line * width + x;
      for (let i = at; i < at + paintWidth; i++) if (grey > screen[i]!) screen[i] = grey;
    }
  };
  const resize: Painter = (x, y, paintWidth, paintHeight) =>
    resizer.resizeRegion(screen, target, start, x, y, paintWidth, paintHeight);
  const clear: Painter = (x, y, paintWidth, paintHeight) => {
    for (let line = y; line < y + paintHeight; line++) {
      const at = line * width + x;
      for (let i = at; i < at + paintWidth; i++) screen[i] = greys.background;
    }
  };
  paintField(lighten);
  const empty = new Float32Array(side * side);
  resizer.resize(screen, empty, 0);

  /** Points change seldom: they stay on the screen, and on the empty frame, from one writing to the next. */
  const shown = new Float64Array(4).fill(NaN);
  const showScores = (state: Float64Array, view: number): void => {
    let isShown = true;
    for (let i = 0; i < 4; i++) {
      const score = state[view + (i < 2 ? 0 : viewSize) + (i % 2 === 0 ? opponentScore : playerScore)]!;
      if (shown[i] !== score) isShown = false;
      shown[i] = score;
    }
    if (isShown) return;
    for (const { x, y, width, height } of scoreboards) clear(x, y, width, height, 'background');
    paintScores(state, view, lighten);
    paintScores(state, view + viewSize, lighten);
    target = empty;
    start = 0;
    for (const { x, y, width, height } of scoreboards) resize(x, y, width, height, 'background');
  };
  const paintBoth = (state: Float64Array, view: number, paint: Painter): void => {
    paintObjects(state, view, paint);
    paintObjects(state, view + viewSize, paint);
  };
  return (state, row, into, offset) => {
    for (let step = 0; step < stackDepth; step++) {
      const view = row + 2 * step * viewSize;
      showScores(state, view);
      target = into;
      start = offset + (stackDepth - 1 - step) * side * side;
      target.set(empty, start);
      paintBoth(state, view, lighten);
      paintBoth(state, view, resize);
      paintBoth(state, view, clear);
    }
  };
}
