/** What wrappers share: everything of the wrapped environment but what they change. */
import { wrappedMethods, type Environment, type Json } from '../environment.ts';
import { expectLength, type VectorEnvironment } from '../vector/vector-environment.ts';

/** Whether something is copies that step together. */
export function isVector(environment: Environment | VectorEnvironment): environment is VectorEnvironment {
  return 'finalObservations' in environment;
}

/** A wrapper's own state, where it has one. */
export interface WrapperState<State extends Json> {
  readonly state: () => State;
  readonly restore: (state: State) => void;
}

/** What a wrapper gives of its own. */
type Changes<Observation, Action> = Pick<Environment<Observation, Action>, 'reset' | 'step'> &
  Partial<Pick<Environment, 'observationSpace' | 'actionSpace'>>;

/** An environment with some things changed; without `own`, its state is that of the wrapped one. */
export function wrap<Observation, Action, State extends Json>(
  environment: Environment,
  changes: Changes<Observation, Action>,
  own?: WrapperState<State>,
): Environment<Observation, Action> {
  const { id, observationSpace, actionSpace } = environment;
  const stateless = {
    close: () => environment.close?.(),
    ...(environment.actionMask && { actionMask: () => environment.actionMask!() }),
    ...(environment.render && { render: () => environment.render!() }),
    ...(environment.framesPerSecond && { framesPerSecond: environment.framesPerSecond }),
    ...(environment.state && { state: () => environment.state!() }),
    ...(environment.restore && { restore: (state: Json) => environment.restore!(state) }),
  };
  return {
    ...(id !== undefined && { id }),
    observationSpace,
    actionSpace,
    ...changes,
    ...(own === undefined ? stateless : wrappedMethods(environment, own)),
  };
}

/** Copies of an environment with some things changed, the later changes over the earlier ones. */
export function wrapVector(
  environment: VectorEnvironment,
  ...changes: readonly Partial<VectorEnvironment>[]
): VectorEnvironment {
  const { id, count, observationSpace, actionSpace, observationSize, actionSize, resumable } = environment;
  const { rewards, terminated, truncated, finalObservations, actionMasks, finalActionMasks } = environment;
  const same: VectorEnvironment = {
    id,
    count,
    observationSpace,
    actionSpace,
    observationSize,
    actionSize,
    resumable,
    ...(actionMasks && finalActionMasks && { actionMasks, finalActionMasks }),
    get observations() {
      return environment.observations;
    },
    set observations(replacement) {
      environment.observations = replacement;
    },
    rewards,
    terminated,
    truncated,
    finalObservations,
    reset: (seed) => environment.reset(seed),
    step: (actions) => environment.step(actions),
    state: () => environment.state(),
    restore: (state) => environment.restore(state),
    close: () => environment.close(),
  };
  // Not a spread, which would read the getter of the observations instead of taking it over.
  for (const change of changes) Object.defineProperties(same, Object.getOwnPropertyDescriptors(change));
  return same;
}

/** Observations of a vector's own, which its user may replace; see {@link VectorEnvironment.observations}. */
export function ownObservations(id: string, length: number): Pick<VectorEnvironment, 'observations'> {
  let observations = new Float32Array(length);
  return {
    get observations() {
      return observations;
    },
    set observations(replacement) {
      expectLength(id, 'observations', replacement, length);
      replacement.set(observations);
      observations = replacement;
    },
  };
}

/** The rows of an array as arrays of their own, kept as long as it is the same array. */
export function rowViews(size: number): (array: Float32Array) => readonly Float32Array[] {
  let seen: Float32Array | undefined;
  let views: readonly Float32Array[] = [];
  return (array) => {
    if (array !== seen) {
      seen = array;
      views = Array.from({ length: array.length / size }, (_, i) => array.subarray(i * size, (i + 1) * size));
    }
    return views;
  };
}
