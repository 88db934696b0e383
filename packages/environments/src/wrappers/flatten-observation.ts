/** FlattenObservation: whatever the observations are, as one row of numbers. */
import type { Environment } from '../environment.ts';
import { box } from '../spaces/box.ts';
import { flatSize, flattenInto } from '../spaces/space.ts';
import type { Box, Numbers, Space } from '../spaces/types.ts';
import { transformObservation } from './transform-observation.ts';

/**
 * An environment whose observations are flat: choices as one-hot vectors, the parts of Dict and Tuple side by side. (A
 * vectorised environment shows them flat anyway.)
 */
export function flattenObservation<Observation, Action>(
  environment: Environment<Observation, Action>,
): Environment<Numbers, Action> {
  const { observationSpace } = environment;
  const space = flatSpace(observationSpace);
  const flatten = (observation: Observation): Numbers => {
    const flat =
      space.dtype === 'float32' ? new Float32Array(space.low.length) : new Float64Array(space.low.length);
    flattenInto(observationSpace, observation as never, flat);
    return flat;
  };
  return transformObservation(environment, flatten, space);
}

/** The space of flattened values, in the order of `flattenInto`; of the Box's own type, or float32 for others. */
export function flatSpace(space: Space): Box {
  const [low, high] = limits(space);
  return box({ low, high, shape: [low.length], dtype: space.kind === 'Box' ? space.dtype : 'float32' });
}

function limits(space: Space): readonly [low: readonly number[], high: readonly number[]] {
  if (space.kind === 'Box') return [space.low, space.high];
  if (space.kind === 'Dict' || space.kind === 'Tuple') {
    const parts = Object.values<Space>(space.spaces).map(limits);
    return [parts.flatMap(([low]) => low), parts.flatMap(([, high]) => high)];
  }
  const size = flatSize(space);
  return [new Array<number>(size).fill(0), new Array<number>(size).fill(1)];
}
