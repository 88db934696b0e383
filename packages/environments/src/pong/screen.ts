/**
 * What is on the screen of Pong: rectangles over a background. Every picture of the game is made of these, the frame in
 * colours as well as the preprocessed ones.
 */
import type { Numbers } from '../spaces/types.ts';
import { ball, ballX, ballY, field, opponentScore, opponentY, paddle, playerScore, playerY } from './game.ts';

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** The colours of the Atari game. */
export const colours = {
  background: [144, 72, 17],
  wall: [236, 236, 236],
  opponent: [213, 130, 74],
  player: [92, 186, 92],
  ball: [236, 236, 236],
} as const satisfies Record<string, Colour>;

/** Whatever paints a rectangle: its place, its size, and its colour by name. */
export type Painter = (
  x: number,
  y: number,
  width: number,
  height: number,
  colour: keyof typeof colours,
) => void;

/** Background and walls, which never change. */
export function paintField(paint: Painter): void {
  paint(0, 0, field.width, field.height, 'background');
  paint(0, field.top - 10, field.width, 10, 'wall');
  paint(0, field.bottom, field.width, field.height - field.bottom, 'wall');
}

/** The paddles of the view that starts at `view`, then the ball, as far as it is on the screen. */
export function paintObjects(state: Numbers, view: number, paint: Painter): void {
  paint(paddle.opponentX, state[view + opponentY]!, paddle.width, paddle.height, 'opponent');
  paint(paddle.playerX, state[view + playerY]!, paddle.width, paddle.height, 'player');
  const left = Math.max(state[view + ballX]!, 0);
  const right = Math.min(state[view + ballX]! + ball.width, field.width);
  if (right > left) paint(left, state[view + ballY]!, right - left, ball.height, 'ball');
}

/** The points of both sides, above the wall. */
export function paintScores(state: Numbers, view: number, paint: Painter): void {
  paintNumber(state[view + opponentScore]!, scoreboards[0].x, 'opponent', paint);
  paintNumber(state[view + playerScore]!, scoreboards[1].x, 'player', paint);
}

/** Digits of 3 x 5 blocks, a number of 15 bits each, the top left block first. */
const digits = [0x7b6f, 0x4924, 0x73e7, 0x79e7, 0x49ed, 0x79cf, 0x7bcf, 0x4927, 0x7bef, 0x79ef];
const blockSize = 4;

/** Where the points stand, two digits each. */
export const scoreboards = [
  { x: 20, y: 1, width: 7 * blockSize, height: 5 * blockSize },
  { x: 100, y: 1, width: 7 * blockSize, height: 5 * blockSize },
] as const;

function paintNumber(number: number, x: number, colour: keyof typeof colours, paint: Painter): void {
  if (number >= 10) paintDigit(Math.floor(number / 10), x, colour, paint);
  paintDigit(number % 10, x + 4 * blockSize, colour, paint);
}

function paintDigit(digit: number, x: number, colour: keyof typeof colours, paint: Painter): void {
  for (let block = 0; block < 15; block++) {
    if (((digits[digit]! >> block) & 1) === 0) continue;
    const top = scoreboards[0].y + Math.floor(block / 3) * blockSize;
    paint(x + (block % 3) * blockSize, top, blockSize, blockSize, colour);
  }
}
