/**
 * FrameStack: the last observations as one, the oldest first. At the start of an episode the first one fills the whole
 * stack (Gymnasium's FrameStackObservation with its default padding). Shapes: N copies, K observations of S numbers.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Environment } from '../environment.ts';
import { box } from '../spaces/box.ts';
import { unflatten } from '../spaces/space.ts';
import type { Box, Numbers } from '../spaces/types.ts';
import { savedArray, type VectorEnvironment } from '../vector/vector-environment.ts';
import { boxObservations } from './box-observations.ts';
import { isVector, ownObservations, wrap, wrapVector } from './wrap.ts';

/**
 * Copies that show the last `depth` observations, [K, ...shape] each. The final observation of an episode is a stack
 * of its own last ones.
 *
 * @throws ConfigError unless observations are those of a Box and depth is a whole number ≥ 1.
 */
export function frameStack(environment: VectorEnvironment, depth: number): VectorEnvironment;
/**
 * An environment that shows the last `depth` observations, [K, ...shape].
 *
 * @throws ConfigError unless observations are those of a Box and depth is a whole number ≥ 1.
 */
export function frameStack<Action>(
  environment: Environment<Numbers, Action>,
  depth: number,
): Environment<Numbers, Action>;
export function frameStack(environment: Environment | VectorEnvironment, depth: number): unknown {
  if (!Number.isSafeInteger(depth) || depth < 1) {
    throw new ConfigError(`frameStack: expected depth to be a whole number ≥ 1, got ${depth}`);
  }
  const { low, high, shape, dtype } = boxObservations('frameStack', environment);
  const space = box({
    low: Array.from({ length: depth }, () => low).flat(),
    high: Array.from({ length: depth }, () => high).flat(),
    shape: [depth, ...shape],
    dtype,
  });
  return isVector(environment) ? stackVector(environment, space) : stack(environment, space);
}

function stack(environment: Environment, space: Box): Environment<Numbers> {
  const frames = new Float64Array(space.low.length);
  const size = frames.length / space.shape[0]!;
  const push = (observation: Numbers): void => {
    frames.copyWithin(0, size);
    frames.set(observation, frames.length - size);
  };
  return wrap(
    environment,
    {
      observationSpace: space,
      reset(options) {
        const result = environment.reset(options);
        for (let i = 0; i < space.shape[0]!; i++) push(result.observation as Numbers);
        return { ...result, observation: unflatten(space, frames) };
      },
      step(action: unknown) {
        const result = environment.step(action);
        push(result.observation as Numbers);
        return { ...result, observation: unflatten(space, frames) };
      },
    },
    { state: () => Array.from(frames), restore: (saved: number[]) => frames.set(saved) },
  );
}

function stackVector(environment: VectorEnvironment, space: Box): VectorEnvironment {
  const { id, count, observationSize: size, terminated, truncated } = environment;
  const stackSize = space.low.length;
  const own = ownObservations(id, count * stackSize);
  const finalObservations = new Float32Array(count * stackSize);
  const saved = 'frameStack.observations';

  const copyFrame = (from: Float32Array, row: number, into: Float32Array, at: number): void => {
    for (let i = 0; i < size; i++) into[at + i] = from[row * size + i]!;
  };
  const fill = (row: number): void => {
    for (let at = row * stackSize; at < (row + 1) * stackSize; at += size)
      copyFrame(environment.observations, row, own.observations, at);
  };
  const push = (row: number): void => {
    const { observations } = own;
    const end = (row + 1) * stackSize;
    const isOver = terminated[row] === 1 || truncated[row] === 1;
    observations.copyWithin(row * stackSize, row * stackSize + size, end);
    copyFrame(
      isOver ? environment.finalObservations : environment.observations,
      row,
      observations,
      end - size,
    );
    if (!isOver) return;
    for (let i = row * stackSize; i < end; i++) finalObservations[i] = observations[i]!;
    fill(row);
  };
  return wrapVector(environment, own, {
    observationSpace: space,
    observationSize: stackSize,
    finalObservations,
    reset(seed) {
      environment.reset(seed);
      for (let row = 0; row < count; row++) fill(row);
    },
    step(actions) {
      environment.step(actions);
      for (let row = 0; row < count; row++) push(row);
    },
    state: () => ({ ...environment.state(), [saved]: own.observations.slice() }),
    restore(state) {
      environment.restore(state);
      own.observations.set(savedArray(state, saved, own.observations.length));
    },
  });
}
