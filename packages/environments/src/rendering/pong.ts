/** Pong: the newest frame of the game, twice as large and stretched as a television did, whatever the policy sees of it. */
import { field } from '../pong/game.ts';
import {
  colours,
  paintField,
  paintObjects,
  paintScores,
  type Painter as Rectangles,
} from '../pong/screen.ts';
import type { Painter } from './painter.ts';

/** Pixels of the picture for one of the game's. */
const stretch = { x: 4, y: 2 } as const;

/** Frames of the game in a second. */
const gameRate = 60;

/** Draws the state of `pong`, whose steps are `frameSkip` frames; default 4. */
export function pongPainter({ frameSkip = 4 }: { readonly frameSkip?: number } = {}): Painter {
  return {
    width: stretch.x * field.width,
    height: stretch.y * field.height,
    framesPerSecond: gameRate / frameSkip,
    paint(canvas, { state }) {
      const fill: Rectangles = (x, y, width, height, colour) => {
        canvas.fillStyle = `rgb(${colours[colour].join(', ')})`;
        canvas.fillRect(stretch.x * x, stretch.y * y, stretch.x * width, stretch.y * height);
      };
      paintField(fill);
      paintScores(state, 0, fill);
      paintObjects(state, 0, fill);
    },
  };
}
