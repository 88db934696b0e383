/** CartPole, after Gymnasium's picture: a black cart on a wire, 125 pixels a metre, with a brown pole. */
import type { Painter } from './painter.ts';
import { background, disc, placed } from './shapes.ts';

const width = 600;
const height = 400;
const pixelsPerMetre = width / 4.8;
const track = 300;

/** Draws the state of `cartPole`. */
export const cartPolePainter: Painter = {
  width,
  height,
  framesPerSecond: 50,
  paint(canvas, { state }) {
    background(canvas, width, height, 'white');
    const cart = width / 2 + state[0]! * pixelsPerMetre;
    const axle = track - 7.5;
    canvas.fillStyle = 'black';
    canvas.fillRect(cart - 25, track - 15, 50, 30);
    placed(canvas, cart, axle, state[2]!, () => {
      canvas.fillStyle = 'rgb(202, 152, 101)';
      canvas.fillRect(-5, -(pixelsPerMetre - 5), 10, pixelsPerMetre);
    });
    disc(canvas, cart, axle, 5, 'rgb(129, 132, 203)');
    canvas.fillStyle = 'black';
    canvas.fillRect(0, track, width, 1);
  },
};
