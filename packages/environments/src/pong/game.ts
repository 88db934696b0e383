/**
 * The rules of Pong, one frame at a time. Our own game with the objects and measures of the Atari one (places of the
 * objects: OC_Atari); not a copy of its program, so results are not those of `ALE/Pong-v5`.
 *
 * Screen of 160 x 210 pixels, x to the right, y down, places are those of top left corners. Everything moves by whole
 * pixels: the player by 3 a frame, the opponent by at most 2, the ball by 2 to 4 across and 0 to 4 up or down.
 *
 * - A ball flies on from a paddle by where it hits it: section −2 … 2 of five, from top to bottom, is its vertical speed.
 * - The player's ball is a drive unless the player did nothing in that frame: vertical speed doubled, one faster across.
 *   What is not a drive the opponent always returns, so a still player never scores.
 * - The opponent follows the ball with its aim: the height above the middle of its paddle at which it wants to take the
 *   ball, −6 to 6, drawn anew for each ball. With every drive of a rally the range grows by 1 to both sides and soon
 *   reaches beyond the paddle's end, so no rally of drives lasts for ever. The opponent never drives.
 * - After a point the ball is served from the middle line in 32 frames, to the side that lost it; first to the player.
 *   The game goes to 21.
 *
 * All of a game is one row of numbers. The rows start with {@link history} views, what is on the screen of past
 * frames: the newest, the one before it, then the same two of the step before, and so on.
 */

/** Where the numbers of a view lie: what is on the screen of one frame. */
export const ballX = 0;
/** y of the ball. */
export const ballY = 1;
/** y of the opponent's paddle. */
export const opponentY = 2;
/** y of the player's paddle. */
export const playerY = 3;
/** Points of the opponent. */
export const opponentScore = 4;
/** Points of the player. */
export const playerScore = 5;
/** Numbers in a view. */
export const viewSize = 6;
/** Views in a row: two of each of the last four steps. */
export const history = 8;

const hidden = viewSize * history;
const velocityX = hidden;
const velocityY = hidden + 1;
/** At which height above the middle of its paddle the opponent wants to take the ball. */
const aim = hidden + 2;
/** Frames until the next serve. */
const pause = hidden + 3;
/** The player's drives in this rally. */
const drives = hidden + 4;
/** The action that is in force, which a sticky one repeats. */
const held = hidden + 5;
/** The whole state of the game's own random numbers. */
const noise = hidden + 6;
/** Numbers in a row. */
export const rowSize: number = hidden + 7;

/** Sizes and places of what is on the screen, in pixels. */
export const field = { width: 160, height: 210, top: 34, bottom: 194 } as const;
/** Width and height of a paddle, and where the two stand. */
export const paddle = { width: 4, height: 15, opponentX: 16, playerX: 140 } as const;
/** Width and height of the ball. */
export const ball = { width: 2, height: 4 } as const;

/** The six actions that do something, by their numbers in the Atari game: RIGHT is up. */
export const actionNames = ['NOOP', 'FIRE', 'RIGHT', 'LEFT', 'RIGHTFIRE', 'LEFTFIRE'] as const;

const playerSpeed = 3;
const opponentSpeed = 2;
const slowest = 2;
const fastest = 4;
const serveDelay = 32;
/** Points that win the game. */
export const winningScore = 21;

const lowest = field.bottom - paddle.height;
const middle = Math.floor((field.top + lowest) / 2);
const ballMiddle = ball.height / 2;
const paddleMiddle = Math.floor(paddle.height / 2);
/** A place off the screen, for a ball that waits for its serve. */
const nowhere = -ball.width;

/** A new game: paddles in the middle, the first serve to either side. `seed` is a whole number below 2³². */
export function newGame(state: Float64Array, row: number, seed: number): void {
  state.fill(0, row, row + rowSize);
  state[row + noise] = seed;
  state[row + opponentY] = middle;
  state[row + playerY] = middle;
  prepareServe(state, row, 1);
  for (let view = 1; view < history; view++) copyView(state, row, 0, view);
}

/**
 * Plays `frames` frames with one action, or fewer when the game ends; in each, with probability `stickiness`, the
 * action of the frame before goes on instead. Returns the points made, those of the opponent counted as −1.
 */
export function playStep(
  state: Float64Array,
  row: number,
  action: number,
  frames: number,
  stickiness: number,
): number {
  state.copyWithin(row + 2 * viewSize, row, row + hidden - 2 * viewSize);
  let points = 0;
  for (let frame = 0; frame < frames && !isOver(state, row); frame++) {
    if (stickiness === 0 || random(state, row) >= stickiness) state[row + held] = action;
    copyView(state, row, 0, 1);
    points += playFrame(state, row, state[row + held]!);
    if (frame === 0) copyView(state, row, 0, 1);
  }
  return points;
}

/** Whether one side has won. */
export function isOver(state: Float64Array, row: number): boolean {
  return state[row + opponentScore] === winningScore || state[row + playerScore] === winningScore;
}

function playFrame(state: Float64Array, row: number, action: number): number {
  movePlayer(state, row, action);
  moveOpponent(state, row);
  if (state[row + pause]! > 0) {
    state[row + pause]! -= 1;
    if (state[row + pause] === 0) state[row + ballX] = (field.width - ball.width) / 2;
    return 0;
  }
  moveBall(state, row, action !== 0);
  return point(state, row);
}

function movePlayer(state: Float64Array, row: number, action: number): void {
  if (action < 2) return;
  const y = state[row + playerY]! + (action % 2 === 0 ? -playerSpeed : playerSpeed);
  state[row + playerY] = Math.min(Math.max(y, field.top), lowest);
}

/** The opponent follows the ball, before the serve to where it will be. */
function moveOpponent(state: Float64Array, row: number): void {
  const target = state[row + ballY]! + ballMiddle + state[row + aim]! - paddleMiddle;
  const y = state[row + opponentY]!;
  const way = Math.min(Math.max(target - y, -opponentSpeed), opponentSpeed);
  state[row + opponentY] = Math.min(Math.max(y + way, field.top), lowest);
}

function moveBall(state: Float64Array, row: number, isDrive: boolean): void {
  const x = state[row + ballX]!;
  const nextX = x + state[row + velocityX]!;
  let y = state[row + ballY]! + state[row + velocityY]!;
  if (y < field.top) {
    y = 2 * field.top - y;
    state[row + velocityY]! *= -1;
  } else if (y > field.bottom - ball.height) {
    y = 2 * (field.bottom - ball.height) - y;
    state[row + velocityY]! *= -1;
  }
  state[row + ballX] = nextX;
  state[row + ballY] = y;

  const playerFace = paddle.playerX - ball.width;
  const opponentFace = paddle.opponentX + paddle.width;
  if (x <= playerFace && nextX > playerFace && touches(y, state[row + playerY]!)) {
    if (isDrive) state[row + drives]! += 1;
    state[row + ballX] = playerFace;
    state[row + velocityX] = -Math.min(slowest + state[row + drives]!, fastest);
    state[row + velocityY] = section(y, state[row + playerY]!) * (isDrive ? 2 : 1);
    takeAim(state, row);
  } else if (x >= opponentFace && nextX < opponentFace && touches(y, state[row + opponentY]!)) {
    state[row + ballX] = opponentFace;
    state[row + velocityX]! *= -1;
    state[row + velocityY] = section(y, state[row + opponentY]!);
  }
}

function touches(y: number, paddleY: number): boolean {
  return y + ball.height > paddleY && y < paddleY + paddle.height;
}

/** Which fifth of the paddle the ball hits, −2 at the top to 2 at the bottom. */
function section(y: number, paddleY: number): number {
  const offset = y + ballMiddle - (paddleY + paddle.height / 2);
  return Math.round((offset * 5) / (paddle.height + ball.height));
}

/** A ball that has left the screen is a point. */
function point(state: Float64Array, row: number): number {
  const x = state[row + ballX]!;
  if (x > -ball.width && x < field.width) return 0;
  const isWon = x < 0;
  state[row + (isWon ? playerScore : opponentScore)]! += 1;
  prepareServe(state, row, isWon ? -1 : 1);
  return isWon ? 1 : -1;
}

/** Puts the ball off the screen at the height of its serve, to the player (`side` 1) or to the opponent (−1). */
function prepareServe(state: Float64Array, row: number, side: number): void {
  state[row + ballX] = nowhere;
  state[row + ballY] = (field.top + field.bottom - ball.height) / 2 + whole(state, row, -30, 30);
  state[row + velocityX] = slowest * side;
  state[row + velocityY] = whole(state, row, 1, 2) * (random(state, row) < 0.5 ? -1 : 1);
  state[row + pause] = serveDelay;
  state[row + drives] = 0;
  takeAim(state, row);
}

function takeAim(state: Float64Array, row: number): void {
  const range = 6 + state[row + drives]!;
  state[row + aim] = whole(state, row, -range, range);
}

function copyView(state: Float64Array, row: number, from: number, to: number): void {
  state.copyWithin(row + to * viewSize, row + from * viewSize, row + (from + 1) * viewSize);
}

function whole(state: Float64Array, row: number, low: number, high: number): number {
  return low + Math.floor(random(state, row) * (high - low + 1));
}

/** A number in [0, 1) from 32 bits of state, which every row has to itself. Source: T. Ettinger, mulberry32. */
function random(state: Float64Array, row: number): number {
  const next = (state[row + noise]! + 0x6d2b79f5) >>> 0;
  state[row + noise] = next;
  let bits = Math.imul(next ^ (next >>> 15), next | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
}
