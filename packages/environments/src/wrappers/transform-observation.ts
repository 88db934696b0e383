/** TransformObservation: observations changed by a function. */
import type { Environment } from '../environment.ts';
import { flatSize } from '../spaces/space.ts';
import type { Space } from '../spaces/types.ts';
import type { VectorEnvironment } from '../vector/vector-environment.ts';
import { ownObservations, rowViews, wrap, wrapVector } from './wrap.ts';

/** An environment whose observations are `transform` of the original ones, in `observationSpace`. */
export function transformObservation<Observation, Action, Shown>(
  environment: Environment<Observation, Action>,
  transform: (observation: Observation) => Shown,
  observationSpace: Space,
): Environment<Shown, Action> {
  const change = <Result extends { readonly observation: Observation }>(result: Result) => ({
    ...result,
    observation: transform(result.observation),
  });
  return wrap(environment as Environment, {
    observationSpace,
    reset: (options) => change(environment.reset(options)),
    step: (action: Action) => change(environment.step(action)),
  });
}

/**
 * Copies whose observations, and final observations, are made of the original ones row by row.
 *
 * @param transform - Writes what is to be seen of one copy's observation (both flat) into `into`.
 * @param observationSpace - Of one copy.
 */
export function transformVectorObservation(
  environment: VectorEnvironment,
  transform: (observation: Float32Array, into: Float32Array) => void,
  observationSpace: Space,
): VectorEnvironment {
  const { id, count, terminated, truncated } = environment;
  const size = flatSize(observationSpace);
  const own = ownObservations(id, count * size);
  const finalObservations = new Float32Array(count * size);
  const innerRows = rowViews(environment.observationSize);
  const innerFinalRows = rowViews(environment.observationSize);
  const ownRows = rowViews(size);
  const ownFinalRows = rowViews(size)(finalObservations);
  const changeAll = (): void => {
    const from = innerRows(environment.observations);
    const into = ownRows(own.observations);
    for (let row = 0; row < count; row++) transform(from[row]!, into[row]!);
  };
  return wrapVector(environment, own, {
    observationSpace,
    observationSize: size,
    finalObservations,
    reset(seed) {
      environment.reset(seed);
      changeAll();
    },
    step(actions) {
      environment.step(actions);
      changeAll();
      const from = innerFinalRows(environment.finalObservations);
      for (let row = 0; row < count; row++) {
        if (terminated[row] || truncated[row]) transform(from[row]!, ownFinalRows[row]!);
      }
    },
    restore(state) {
      environment.restore(state);
      changeAll();
    },
  });
}
