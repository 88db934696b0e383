/** Worlds of cells: FrozenLake, CliffWalking, GridWorld. A dot stands for whoever walks there. */
import { lakeMaps } from '../toy-text/frozen-lake.ts';
import { bookMap } from '../toy-text/grid-world.ts';
import type { Painter } from './painter.ts';
import { background, disc, ring } from './shapes.ts';

/** Draws the state of `frozenLake` on a map, rows parted by /: holes are dark, the goal is green. */
export function frozenLakePainter(map: string): Painter {
  return gridPainter(map, { S: snow, F: ice, H: 'rgb(28, 58, 94)', G: goalColor });
}

/** Draws the state of `cliffWalking`: the cliff is dark, the goal green. */
export function cliffWalkingPainter(): Painter {
  const field = 'F'.repeat(12);
  const grass = 'rgb(206, 222, 178)';
  return gridPainter(`${field}/${field}/${field}/S${'C'.repeat(10)}G`, {
    S: 'rgb(230, 236, 214)',
    F: grass,
    C: 'rgb(92, 70, 56)',
    G: goalColor,
  });
}

/** Draws the state of `gridWorld` on a map: walls are grey, the good exit is green, the bad one red. */
export function gridWorldPainter(map: string): Painter {
  const floor = 'rgb(250, 248, 242)';
  const exits = { '+': goalColor, '-': 'rgb(214, 88, 88)' };
  return gridPainter(map, { S: floor, '.': floor, '#': 'rgb(110, 110, 110)', ...exits });
}

const snow = 'rgb(247, 251, 255)';
const ice = 'rgb(205, 230, 247)';
const goalColor = 'rgb(96, 178, 106)';
const lines = 'rgb(150, 160, 170)';
const walker = 'rgb(204, 102, 0)';

/** Side of a cell in pixels. */
const side = 64;

function gridPainter(map: string, colors: Readonly<Record<string, string>>): Painter {
  const rows = map.split('/');
  const [width, height] = [side * rows[0]!.length, side * rows.length];
  const start = rows.join('').indexOf('S');
  return {
    width,
    height,
    framesPerSecond: 4,
    paint(canvas, { state }) {
      background(canvas, width, height, lines);
      const centre = (cell: number): readonly [number, number] => [
        side * ((cell % rows[0]!.length) + 0.5),
        side * (Math.floor(cell / rows[0]!.length) + 0.5),
      ];
      rows.forEach((row, y) => {
        Array.from(row).forEach((letter, x) => {
          canvas.fillStyle = colors[letter]!;
          canvas.fillRect(side * x + 1, side * y + 1, side - 2, side - 2);
        });
      });
      ring(canvas, ...centre(start), 0.36 * side, lines, 2);
      disc(canvas, ...centre(state[0]!), 0.26 * side, walker);
    },
  };
}

/** Painters of the registered worlds. */
export const gridPainters: Readonly<Record<string, Painter>> = {
  'CliffWalking-v1': cliffWalkingPainter(),
  'CliffWalkingSlippery-v1': cliffWalkingPainter(),
  'FrozenLake-v1': frozenLakePainter(lakeMaps['4x4']!),
  'FrozenLake8x8-v1': frozenLakePainter(lakeMaps['8x8']!),
  'GridWorld-v0': gridWorldPainter(bookMap),
};
