/**
 * Partially observed variants: some numbers of an observation are always 0. With the velocities masked, one observation
 * no longer tells where things go, and a policy needs memory. (RL Baselines3 Zoo's MaskVelocityWrapper, whose
 * environments are called `CartPoleNoVel-v1` and so on.)
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Dynamics } from '../dynamics.ts';
import type { Environment } from '../environment.ts';
import { unflatten } from '../spaces/space.ts';
import type { Box, Numbers, Space } from '../spaces/types.ts';
import type { VectorEnvironment } from '../vector/vector-environment.ts';
import { transformObservation, transformVectorObservation } from './transform-observation.ts';
import { isVector } from './wrap.ts';

/**
 * Copies in whose observations the numbers at `indices` are 0. The space stays as it is.
 *
 * @throws ConfigError unless observations are those of a Box that has the indices, and 0 is within its limits.
 */
export function maskObservation(
  environment: VectorEnvironment,
  indices: readonly number[],
): VectorEnvironment;
/**
 * An environment in whose observations the numbers at `indices` are 0. The space stays as it is.
 *
 * @throws ConfigError unless observations are those of a Box that has the indices, and 0 is within its limits.
 */
export function maskObservation<Action>(
  environment: Environment<Numbers, Action>,
  indices: readonly number[],
): Environment<Numbers, Action>;
export function maskObservation(
  environment: Environment<Numbers> | VectorEnvironment,
  indices: readonly number[],
): unknown {
  const space = maskable(environment.observationSpace, indices);
  if (isVector(environment)) {
    return transformVectorObservation(
      environment,
      (observation, into) => {
        into.set(observation);
        for (const i of indices) into[i] = 0;
      },
      space,
    );
  }
  const hidden = new Set(indices);
  return transformObservation(
    environment,
    (observation) =>
      unflatten(
        space,
        Array.from(observation, (number, i) => (hidden.has(i) ? 0 : number)),
      ),
    space,
  );
}

/** {@link maskObservation} for an environment of this package, as fast as the original. */
export function maskDynamics(dynamics: Dynamics, indices: readonly number[]): Dynamics {
  const size = maskable(dynamics.observationSpace, indices).low.length;
  return {
    ...dynamics,
    observe(state, observations, start, stop) {
      dynamics.observe(state, observations, start, stop);
      for (let row = start; row < stop; row++) {
        for (let i = 0; i < indices.length; i++) observations[row * size + indices[i]!] = 0;
      }
    },
  };
}

function maskable(space: Space, indices: readonly number[]): Box {
  if (space.kind !== 'Box') {
    throw new ConfigError(`maskObservation: expected observations of a Box, got ${String(space)}`);
  }
  const wrong = indices.find((i) => !(space.low[i]! <= 0 && space.high[i]! >= 0));
  if (wrong === undefined) return space;
  throw new ConfigError(
    `maskObservation: expected indices of numbers that may be 0 in ${String(space)}, got ${wrong}`,
  );
}
