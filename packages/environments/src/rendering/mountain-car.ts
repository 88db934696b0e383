/** MountainCar and MountainCarContinuous, after Gymnasium's picture: a car in a valley and a flag at its goal. */
import type { Canvas2D } from './canvas.ts';
import type { Painter } from './painter.ts';
import { background, disc, placed, polygon, polyline } from './shapes.ts';

const width = 600;
const height = 400;
const minPosition = -1.2;
const maxPosition = 0.6;
const scale = width / (maxPosition - minPosition);

/** The hill whose slope the dynamics have: sin 3x, drawn 0.45 high around 0.55. */
const hill = (position: number): number => 0.45 * Math.sin(3 * position) + 0.55;
const across = (position: number): number => (position - minPosition) * scale;
const down = (position: number): number => height - hill(position) * scale;

const track = Array.from({ length: 100 }, (_, i) => minPosition + (i / 99) * (maxPosition - minPosition));
const trackPoints = track.flatMap((position) => [across(position), down(position)]);

/** Draws the state of `mountainCar`, whose goal is at 0.5. */
export const mountainCarPainter: Painter = carPainter(0.5);

/** Draws the state of `mountainCarContinuous`, whose goal is at 0.45. */
export const mountainCarContinuousPainter: Painter = carPainter(0.45);

function carPainter(goal: number): Painter {
  return {
    width,
    height,
    framesPerSecond: 30,
    paint(canvas, { state }) {
      background(canvas, width, height, 'white');
      polyline(canvas, trackPoints, 'black', 1);
      paintFlag(canvas, across(goal), down(goal));
      const position = state[0]!;
      // The car stands on its wheels: along the slope of the hill, 0.45 · 3 cos 3x.
      const slope = Math.atan(1.35 * Math.cos(3 * position));
      placed(canvas, across(position), down(position), -slope, () => {
        polygon(canvas, [-20, -10, -20, -30, 20, -30, 20, -10], 'black');
        for (const wheel of [-10, 10]) disc(canvas, wheel, -8, 8, 'rgb(128, 128, 128)');
      });
    },
  };
}

function paintFlag(canvas: Canvas2D, x: number, y: number): void {
  polyline(canvas, [x, y, x, y - 50], 'black', 1);
  polygon(canvas, [x, y - 50, x, y - 40, x + 25, y - 45], 'rgb(204, 204, 0)');
}
