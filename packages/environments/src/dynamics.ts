/**
 * Dynamics: what an environment of ours is, written once, for any number of copies side by side. The single
 * environment and the vectorised one both derive from it.
 *
 * Shapes: N copies (rows), D numbers of state, S numbers of an observation, A numbers of an action.
 */
import { generator, type Generator, type GeneratorState } from '@ascent-rl/core/random';
import type { Environment, Resumable } from './environment.ts';
import { actionSize, flattenAction } from './spaces/space.ts';
import type { Box, Discrete, MultiBinary, MultiDiscrete, Numbers, WritableNumbers } from './spaces/types.ts';

/** The laws of one environment over flat arrays. No function allocates or keeps anything. */
export interface Dynamics {
  /** D */
  readonly stateSize: number;
  /** Of one copy, S numbers. */
  readonly observationSpace: Box;
  /** Of one copy, A numbers. */
  readonly actionSpace: Box | Discrete | MultiDiscrete | MultiBinary;
  /** Draws the first state of an episode into one row of `state` [N, D]. */
  reset(random: Generator, state: Float64Array, row: number): void;
  /** Moves `count` rows of `state` one step on by `actions` [N, A]; writes `rewards` [N] and `terminated` [N] (0, 1). */
  step(
    state: Float64Array,
    actions: WritableNumbers,
    rewards: Float64Array,
    terminated: Uint8Array,
    count: number,
  ): void;
  /** Writes `observations` [N, S] of the rows from `start` to `stop` - 1. */
  observe(state: Float64Array, observations: Float32Array, start: number, stop: number): void;
}

/** One environment with the given dynamics and neither checks nor a time limit. Unseeded, it starts with seed 0. */
export function dynamicsEnvironment(
  id: string,
  dynamics: Dynamics,
): Environment<Float32Array, number | Numbers> & Resumable {
  const { observationSpace, actionSpace } = dynamics;
  const state = new Float64Array(dynamics.stateSize);
  const actions = new Float64Array(actionSize(actionSpace));
  const rewards = new Float64Array(1);
  const terminated = new Uint8Array(1);
  const random = generator(0);

  const observe = (): Float32Array => {
    const observation = new Float32Array(observationSpace.low.length);
    dynamics.observe(state, observation, 0, 1);
    return observation;
  };
  return {
    id,
    observationSpace,
    actionSpace,
    reset({ seed } = {}) {
      if (seed !== undefined) random.restore(generator(seed).state());
      dynamics.reset(random, state, 0);
      return { observation: observe(), info: {} };
    },
    step(action) {
      flattenAction(actionSpace, action, actions);
      dynamics.step(state, actions, rewards, terminated, 1);
      return {
        observation: observe(),
        reward: rewards[0]!,
        terminated: terminated[0] === 1,
        truncated: false,
        info: {},
      };
    },
    state: () => ({ state: Array.from(state), random: random.state() }),
    restore(saved) {
      const { state: numbers, random: position } = saved as { state: number[]; random: GeneratorState };
      state.set(numbers);
      random.restore(position);
    },
  };
}
