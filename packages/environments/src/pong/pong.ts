/**
 * Pong, with the interface of the Atari game: the player (right, green) against an opponent of limited speed (left).
 * The rules are those of `game.ts`. Reward 1 for a point, −1 for the opponent's; the game ends at 21.
 *
 * Actions, by their Atari numbers: NOOP, FIRE, RIGHT (up), LEFT (down), RIGHTFIRE, LEFTFIRE.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Dynamics } from '../dynamics.ts';
import { resolveOptions } from '../options.ts';
import { box } from '../spaces/box.ts';
import { discrete, multiBinary } from '../spaces/choices.ts';
import type { Box } from '../spaces/types.ts';
import { differenceWriter, side } from './difference.ts';
import { frameWriter } from './frame.ts';
import { actionNames, field, isOver, newGame, playStep, rowSize } from './game.ts';
import { natureSide, stackDepth, stackWriter } from './stack.ts';

/** Options of {@link pong}. */
export interface PongOptions {
  /** Frames that one action lasts, at least 1. Default 4. */
  readonly frameSkip?: number;
  /** With which probability the action of a frame is that of the frame before ("sticky actions"). Default 0.25. */
  readonly repeatActionProbability?: number;
  /**
   * What is observed: `rgb`, the frame [210, 160, 3]; `difference`, that of two frames [6400] as {@link pongDifference}
   * makes it; or `stack`, four grey frames [4, side, side] as {@link pongStack} makes them. Default `rgb`.
   */
  readonly observation?: 'rgb' | 'difference' | 'stack';
  /** Rows and columns of the frames of `stack`, 1 to 160. Default 84. */
  readonly stackSide?: number;
  /** `minimal` for all six actions, `upDown` for one switch: 1 is up, 0 is down. Default `minimal`. */
  readonly actions?: 'minimal' | 'upDown';
}

type Writer = (state: Float64Array, row: number, into: Float32Array, offset: number) => void;

const observations: Record<
  Required<PongOptions>['observation'],
  (stackSide: number) => { space: Box; writer: Writer }
> = {
  rgb: () => ({
    space: box({ low: 0, high: 255, shape: [field.height, field.width, 3], dtype: 'uint8' }),
    writer: frameWriter(),
  }),
  difference: () => ({ space: box({ low: -1, high: 1, shape: [side * side] }), writer: differenceWriter() }),
  stack: (side) => ({
    space: box({ low: 0, high: 255, shape: [stackDepth, side, side], dtype: 'uint8' }),
    writer: stackWriter(side),
  }),
};

const defaults: Required<PongOptions> = {
  frameSkip: 4,
  repeatActionProbability: 0.25,
  observation: 'rgb',
  stackSide: natureSide,
  actions: 'minimal',
};

/**
 * The dynamics of Pong.
 *
 * @throws ConfigError for an option outside its range.
 */
export function pong(options: PongOptions = {}): Dynamics {
  const { frameSkip, repeatActionProbability, observation, stackSide, actions } = checked(
    resolveOptions('Pong', options, defaults),
  );
  const { space, writer } = observations[observation](stackSide);
  const size = space.low.length;
  const isSwitch = actions === 'upDown';
  return {
    stateSize: rowSize,
    observationSpace: space,
    actionSpace: isSwitch ? multiBinary(1) : discrete(actionNames.length),
    reset: (random, state, row) => newGame(state, row * rowSize, random.uint32()),
    step(state, choices, rewards, terminated, count) {
      for (let i = 0; i < count; i++) {
        const action = isSwitch ? 3 - choices[i]! : choices[i]!;
        rewards[i] = playStep(state, i * rowSize, action, frameSkip, repeatActionProbability);
        terminated[i] = isOver(state, i * rowSize) ? 1 : 0;
      }
    },
    observe(state, into, start, stop) {
      for (let i = start; i < stop; i++) writer(state, i * rowSize, into, i * size);
    },
  };
}

function checked(options: Required<PongOptions>): Required<PongOptions> {
  const expect = (isRight: boolean, name: keyof PongOptions, range: string): void => {
    if (!isRight) throw new ConfigError(`Pong: expected ${name} ${range}, got ${String(options[name])}`);
  };
  const { frameSkip, repeatActionProbability, observation, stackSide, actions } = options;
  expect(Number.isSafeInteger(frameSkip) && frameSkip >= 1, 'frameSkip', 'to be a whole number ≥ 1');
  expect(
    repeatActionProbability >= 0 && repeatActionProbability <= 1,
    'repeatActionProbability',
    'from 0 to 1',
  );
  expect(Object.hasOwn(observations, observation), 'observation', 'rgb, difference or stack');
  expect(
    Number.isSafeInteger(stackSide) && stackSide >= 1 && stackSide <= field.width,
    'stackSide',
    `to be a whole number from 1 to ${field.width}`,
  );
  expect(actions === 'minimal' || actions === 'upDown', 'actions', 'minimal or upDown');
  return options;
}
