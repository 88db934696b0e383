/**
 * Draws the pictures of docs/environments/pong.md: one moment of a game as the frame, as the difference of preprocessed
 * frames and as the stack of grey ones.
 *
 *   node --conditions=@ascent-rl/source --import tsx tools/docs/pong-pictures.ts
 */
import { writeFileSync } from 'node:fs';
import { makeEnvironment, type Numbers } from '@ascent-rl/environments';
import { png } from './png.ts';

const folder = new URL('../../docs/environments/pictures/', import.meta.url);

/** The same moment of the same game, whatever is observed: the player goes up and down in turn. */
function moment(observation: string): Numbers {
  const options = { observation, actions: 'minimal', repeatActionProbability: 0 };
  const environment = makeEnvironment('Pong-v5', { options });
  let shown = environment.reset({ seed: 3 }).observation;
  for (let step = 0; step < 250; step++)
    shown = environment.step(Math.floor(step / 9) % 2 === 0 ? 2 : 3).observation;
  return shown as Numbers;
}

function write(name: string, pixels: ArrayLike<number>, width: number, height: number, scale: number): void {
  writeFileSync(new URL(name, folder), png(pixels, width, height, scale));
}

write('pong.png', moment('rgb'), 160, 210, 2);

const difference = Array.from(moment('difference'), (number) => [
  128 + 127 * number,
  128 + 127 * number,
  128 + 127 * number,
]);
write('pong-difference.png', difference.flat(), 80, 80, 4);

const stack = moment('stack');
const sideBySide = Array.from({ length: 84 * 84 * 4 }, (_, i) => {
  const [row, column] = [Math.floor(i / (84 * 4)), i % (84 * 4)];
  const grey = stack[Math.floor(column / 84) * 84 * 84 + row * 84 + (column % 84)]!;
  return [grey, grey, grey];
});
write('pong-stack.png', sideBySide.flat(), 84 * 4, 84, 2);
