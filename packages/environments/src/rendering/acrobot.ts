/** Acrobot, after Gymnasium's picture: two links that hang from the middle, and the height that the tip has to reach. */
import type { Painter } from './painter.ts';
import { background, disc, placed } from './shapes.ts';

const size = 500;
/** The links are 1 m each. */
const pixelsPerMetre = size / 4.4;
const centre = size / 2;

/** Draws the state of `acrobot`. */
export const acrobotPainter: Painter = {
  width: size,
  height: size,
  framesPerSecond: 15,
  paint(canvas, { state }) {
    background(canvas, size, size, 'white');
    canvas.fillStyle = 'black';
    canvas.fillRect(0, centre - pixelsPerMetre, size, 1);
    const [first, second] = [state[0]!, state[1]!];
    const link = (length: number): void => {
      canvas.fillStyle = 'rgb(0, 204, 204)';
      canvas.fillRect(-0.1 * length, 0, 0.2 * length, length);
      disc(canvas, 0, 0, 0.1 * length, 'rgb(204, 204, 0)');
    };
    // Angles are counted counterclockwise from hanging down, the second from the first link.
    placed(canvas, centre, centre, -first, () => {
      link(pixelsPerMetre);
      placed(canvas, 0, pixelsPerMetre, -second, () => link(pixelsPerMetre));
    });
  },
};
