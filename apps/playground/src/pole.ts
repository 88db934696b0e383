/** Draws the cart and its pole. */
import { colour, surface } from './canvas.ts';

/** Metres from the middle where an episode ends. */
const border = 2.4;
/** Metres that are seen to either side. */
const view = 2.6;
/** The pole's length in metres. */
const poleLength = 1;

/** The scene with the cart at `position` (m) and the pole at `angle` (rad, clockwise from upright). */
export function drawPole(canvas: HTMLCanvasElement, position: number, angle: number): void {
  const { context, width, height } = surface(canvas);
  const metre = Math.min(width / (2 * view), height / (poleLength + 0.75));
  const ground = (height + (poleLength + 0.1) * metre) / 2;
  const x = width / 2 + position * metre;
  const cart = { width: 0.6 * metre, height: 0.26 * metre };
  const axle = ground - cart.height;

  context.lineCap = 'round';
  line(context, colour('line'), 2, [0, ground], [width, ground]);
  for (const side of [-border, border]) {
    const at = width / 2 + side * metre;
    line(context, colour('faint'), 2, [at, ground + 0.06 * metre], [at, ground + 0.2 * metre]);
  }
  context.fillStyle = colour('text');
  context.beginPath();
  context.roundRect(x - cart.width / 2, axle, cart.width, cart.height, 0.05 * metre);
  context.fill();
  const tip: Point = [x + Math.sin(angle) * poleLength * metre, axle - Math.cos(angle) * poleLength * metre];
  line(context, colour('accent'), 0.09 * metre, [x, axle], tip);
  context.fillStyle = colour('panel');
  context.beginPath();
  context.arc(x, axle, 0.025 * metre, 0, 2 * Math.PI);
  context.fill();
}

type Point = readonly [x: number, y: number];

function line(
  context: CanvasRenderingContext2D,
  stroke: string,
  width: number,
  from: Point,
  to: Point,
): void {
  context.strokeStyle = stroke;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}
