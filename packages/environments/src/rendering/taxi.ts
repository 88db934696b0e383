/** Taxi: a town of five streets each way, its stands, its walls; the passenger is a dot, the destination a frame. */
import { inTaxi, stands, wallsToEast } from '../toy-text/taxi.ts';
import type { Painter } from './painter.ts';
import { background, disc, frame } from './shapes.ts';

const side = 80;
const size = 5;
const standColors = ['rgb(226, 120, 120)', 'rgb(128, 196, 128)', 'rgb(238, 220, 120)', 'rgb(128, 160, 226)'];
const occupied = 'rgb(60, 160, 80)';
const free = 'rgb(245, 190, 30)';

/** Draws the state of `taxi`. */
export const taxiPainter: Painter = {
  width: side * size,
  height: side * size,
  framesPerSecond: 4,
  paint(canvas, { state }) {
    const number = state[0]!;
    const [cell, passenger, destination] = [Math.floor(number / 20), Math.floor(number / 4) % 5, number % 4];
    const corner = (at: number): readonly [number, number] => [
      side * (at % size),
      side * Math.floor(at / size),
    ];

    background(canvas, side * size, side * size, 'rgb(214, 214, 208)');
    canvas.fillStyle = 'rgb(238, 238, 234)';
    for (let at = 0; at < size * size; at++) {
      const [x, y] = corner(at);
      canvas.fillRect(x + 1, y + 1, side - 2, side - 2);
    }
    stands.forEach((stand, i) => {
      const [x, y] = corner(stand);
      canvas.fillStyle = standColors[i]!;
      canvas.fillRect(x + 4, y + 4, side - 8, side - 8);
    });
    const [left, top] = corner(stands[destination]!);
    frame(canvas, left + 7, top + 7, side - 14, 'rgb(160, 30, 160)', 6);
    canvas.fillStyle = 'rgb(70, 70, 70)';
    for (const west of wallsToEast) {
      const [x, y] = corner(west);
      canvas.fillRect(x + side - 3, y, 6, side);
    }

    const [x, y] = corner(cell);
    canvas.fillStyle = passenger === inTaxi ? occupied : free;
    canvas.fillRect(x + 14, y + 24, side - 28, side - 48);
    canvas.fillStyle = 'rgb(50, 50, 50)';
    canvas.fillRect(x + 26, y + 30, side - 52, side - 60);
    const [px, py] = passenger === inTaxi ? [x, y] : corner(stands[passenger]!);
    disc(canvas, px + side / 2, py + (passenger === inTaxi ? side / 2 : side / 4), 8, 'rgb(200, 40, 40)');
  },
};
