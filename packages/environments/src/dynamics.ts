/**
 * Dynamics: what an environment of ours is, written once, for any number of copies side by side. The single
 * environment and the vectorised one both derive from it.
 *
 * Shapes: N copies (rows), D numbers of state, S numbers of an observation, A numbers of an action.
 */
import { generator, type Generator, type GeneratorState } from '@ascent-rl/core/random';
import type { Environment, Info, Resumable } from './environment.ts';
import { actionSize, choiceCount, flatSize, flattenAction, unflatten } from './spaces/space.ts';
import type {
  Box,
  Discrete,
  MultiBinary,
  MultiDiscrete,
  Numbers,
  Space,
  ValueOf,
  WritableNumbers,
} from './spaces/types.ts';

/** The laws of one environment over flat arrays. No function of arrays allocates or keeps anything. */
export interface Dynamics<Observation extends Space = Box> {
  /** D */
  readonly stateSize: number;
  /** Of one copy, S numbers when flattened: choices are one-hot. */
  readonly observationSpace: Observation;
  /** Of one copy, A numbers. */
  readonly actionSpace: Box | Discrete | MultiDiscrete | MultiBinary;
  /** Draws the first state of an episode into one row of `state` [N, D]. */
  reset(random: Generator, state: Float64Array, row: number): void;
  /**
   * Moves `count` rows of `state` one step on by `actions` [N, A]; writes `rewards` [N] and `terminated` [N] (0, 1).
   * Chance within a step comes from the rows' own `generators` [N].
   */
  step(
    state: Float64Array,
    actions: WritableNumbers,
    rewards: Float64Array,
    terminated: Uint8Array,
    count: number,
    generators: readonly Generator[],
  ): void;
  /** Writes `observations` [N, S] of the rows from `start` to `stop` - 1. */
  observe(state: Float64Array, observations: Float32Array, start: number, stop: number): void;
  /** Writes a flag for each choice, 1 where it is allowed, of the rows [N, D] into `masks` [N, M]; by default all are. */
  maskActions?(state: Float64Array, masks: Uint8Array, count: number): void;
  /** What the single environment tells beside the observation of a row; by default nothing. */
  info?(state: Float64Array, row: number): Info;
}

/** What the single environment shows: an array for a Box, and otherwise a value of the space. */
export type DynamicsObservation<S extends Space> = S extends Box ? Float32Array : ValueOf<S>;

/** One environment with the given dynamics and neither checks nor a time limit. Unseeded, it starts with seed 0. */
export function dynamicsEnvironment<S extends Space>(
  id: string,
  dynamics: Dynamics<S>,
): Environment<DynamicsObservation<S>, number | Numbers> & Resumable {
  const { observationSpace, actionSpace } = dynamics;
  const state = new Float64Array(dynamics.stateSize);
  const actions = new Float64Array(actionSize(actionSpace));
  const rewards = new Float64Array(1);
  const terminated = new Uint8Array(1);
  const random = generator(0);
  const generators = [random];
  const size = flatSize(observationSpace);

  const observe = (): DynamicsObservation<S> => {
    const flat = new Float32Array(size);
    dynamics.observe(state, flat, 0, 1);
    const value = observationSpace.kind === 'Box' ? flat : unflatten(observationSpace, flat);
    return value as DynamicsObservation<S>;
  };
  const info = (): Info => dynamics.info?.(state, 0) ?? {};
  const masks = new Uint8Array(choiceCount(actionSpace));
  return {
    id,
    observationSpace,
    actionSpace,
    reset({ seed } = {}) {
      if (seed !== undefined) random.restore(generator(seed).state());
      dynamics.reset(random, state, 0);
      return { observation: observe(), info: info() };
    },
    step(action) {
      flattenAction(actionSpace, action, actions);
      dynamics.step(state, actions, rewards, terminated, 1, generators);
      return {
        observation: observe(),
        reward: rewards[0]!,
        terminated: terminated[0] === 1,
        truncated: false,
        info: info(),
      };
    },
    ...(dynamics.maskActions && {
      actionMask() {
        dynamics.maskActions!(state, masks, 1);
        return masks.slice();
      },
    }),
    state: () => ({ state: Array.from(state), random: random.state() }),
    restore(saved) {
      const { state: numbers, random: position } = saved as { state: number[]; random: GeneratorState };
      state.set(numbers);
      random.restore(position);
    },
  };
}
