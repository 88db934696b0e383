/**
 * The two classic ways to preprocess frames of Pong, as wrappers over frames in colours. `pong({ observation })`
 * writes the same numbers straight from the game, some hundred times as fast.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Environment } from '../environment.ts';
import { grayscaleObservation, resizeObservation } from '../images/observations.ts';
import { box } from '../spaces/box.ts';
import type { Numbers } from '../spaces/types.ts';
import { boxObservations } from '../wrappers/box-observations.ts';
import { frameStack } from '../wrappers/frame-stack.ts';
import { maxAndSkip } from '../wrappers/max-and-skip.ts';
import { transformObservation } from '../wrappers/transform-observation.ts';
import { wrap } from '../wrappers/wrap.ts';
import { cropTop, side } from './difference.ts';
import { frameSize } from './frame.ts';
import { field } from './game.ts';
import { colours } from './screen.ts';
import { natureSide, stackDepth } from './stack.ts';

/**
 * The difference between a frame and the one before, [6400] numbers −1, 0 or 1: what the 6400-200-1 network of A.
 * Karpathy's "Deep Reinforcement Learning: Pong from Pixels" (2016) sees. Of each frame, rows 35 to 194 are kept, of these
 * every second row and column, and every pixel that is not background counts 1. The first difference is 0.
 *
 * @throws ConfigError unless the observations are coloured frames of Pong.
 */
export function pongDifference<Action>(
  environment: Environment<Numbers, Action>,
): Environment<Numbers, Action> {
  return differenceObservation(binaryFrame(environment));
}

/**
 * The last four grey frames, [4, side, side], the oldest first: with a `side` of 84 what the convolutional network of
 * Mnih et al. (2015) sees. An action lasts `frameSkip` steps, so the frames inside should come one at a time.
 *
 * @throws ConfigError unless the observations are coloured images.
 */
export function pongStack<Action>(
  environment: Environment<Numbers, Action>,
  frameSkip: number = 4,
  side: number = natureSide,
): Environment<Numbers, Action> {
  const frames = maxAndSkip(grayscaleObservation(environment), frameSkip);
  return frameStack(resizeObservation(frames, [side, side]), stackDepth);
}

/** Crops, halves and binarises frames: [6400] numbers 0 or 1. */
function binaryFrame<Action>(environment: Environment<Numbers, Action>): Environment<Numbers, Action> {
  const { low, shape } = boxObservations('pongDifference', environment);
  if (low.length !== frameSize) {
    throw new ConfigError(
      `pongDifference: expected frames [${field.height}, ${field.width}, 3], got [${shape.join(', ')}]`,
    );
  }
  const isObject = (frame: Numbers, i: number): number => {
    const x = 2 * (i % side);
    const y = cropTop + 2 * Math.floor(i / side);
    return frame[(y * field.width + x) * 3] === colours.background[0] ? 0 : 1;
  };
  return transformObservation(
    environment,
    (frame) => Float32Array.from({ length: side * side }, (_, i) => isObject(frame, i)),
    box({ low: 0, high: 1, shape: [side * side] }),
  );
}

/** What has changed since the observation before; nothing, at the start of an episode. */
function differenceObservation<Action>(
  environment: Environment<Numbers, Action>,
): Environment<Numbers, Action> {
  const { low, high, shape } = boxObservations('differenceObservation', environment);
  let before: Numbers = [];
  const subtract = (observation: Numbers): Numbers => {
    const difference = Float32Array.from({ length: low.length }, (_, i) => observation[i]! - before[i]!);
    before = observation;
    return difference;
  };
  return wrap(
    environment as Environment,
    {
      observationSpace: box({
        low: low.map((number, i) => number - high[i]!),
        high: high.map((number, i) => number - low[i]!),
        shape,
      }),
      reset(options) {
        const result = environment.reset(options);
        before = result.observation;
        return { ...result, observation: subtract(before) };
      },
      step(action: Action) {
        const result = environment.step(action);
        return { ...result, observation: subtract(result.observation) };
      },
    },
    { state: () => Array.from(before), restore: (saved: number[]) => void (before = saved) },
  );
}
