/**
 * Finite models: environments of numbered states and actions whose every outcome is listed with its probability. They
 * can be played, and solved by dynamic programming, as in Sutton and Barto (2nd ed. 2018), chapter 4.
 */
import type { Generator } from '@ascent-rl/core/random';
import type { Dynamics } from '../dynamics.ts';
import type { Info } from '../environment.ts';
import { discrete } from '../spaces/choices.ts';
import type { Discrete } from '../spaces/types.ts';

/** One thing that an action may lead to. */
export interface Outcome {
  /** From 0 to 1; those of one action add up to 1. */
  readonly probability: number;
  /** The state after the action. */
  readonly next: number;
  /** Of this transition. */
  readonly reward: number;
  /** Whether the episode ends. */
  readonly terminated: boolean;
}

/** All that there is to know of a finite environment: p(s', r | s, a) and where episodes start. */
export interface FiniteModel {
  /** The probability of each state at the start of an episode, [states]. */
  readonly initial: readonly number[];
  /** Actions in each state. */
  readonly actions: number;
  /** What may come of action a in state s, at s · actions + a; the order decides what a random number leads to. */
  readonly outcomes: readonly (readonly Outcome[])[];
}

/** {@link Dynamics} of a {@link FiniteModel}: the observation is the state, one-hot where it is flattened. */
export interface FiniteDynamics extends Dynamics<Discrete> {
  /** What the environment plays. */
  readonly model: FiniteModel;
}

/**
 * The dynamics of a model. Each step and each reset draws one random number, as Gymnasium's toy-text environments do.
 * The state holds two numbers: the model's state, and the probability with which it was reached, which is the info.
 */
export function finiteDynamics(model: FiniteModel): FiniteDynamics {
  const { initial, actions, outcomes } = model;
  const states = initial.length;
  const all = outcomes.flat();
  /** Outcomes of choice s · actions + a are those from first[choice] to first[choice + 1] - 1. */
  const first = Uint32Array.from(runningSum(outcomes.map(({ length }) => length)));
  const limits = Float64Array.from(
    outcomes.flatMap((list) => runningSum(list.map((one) => one.probability)).slice(1)),
  );
  const initialLimits = Float64Array.from(runningSum(initial).slice(1));
  const next = Uint32Array.from(all, (outcome) => outcome.next);
  const probabilities = Float64Array.from(all, (outcome) => outcome.probability);
  const rewardOf = Float64Array.from(all, (outcome) => outcome.reward);
  const ends = Uint8Array.from(all, (outcome) => (outcome.terminated ? 1 : 0));

  return {
    model,
    stateSize: 2,
    observationSpace: discrete(states),
    actionSpace: discrete(actions),
    reset(random, state, row) {
      state[2 * row] = draw(random, initialLimits, 0, states);
      state[2 * row + 1] = 1;
    },
    step(state, chosen, rewards, terminated, count, generators) {
      for (let row = 0; row < count; row++) {
        const choice = state[2 * row]! * actions + chosen[row]!;
        const i = draw(generators[row]!, limits, first[choice]!, first[choice + 1]!);
        state[2 * row] = next[i]!;
        state[2 * row + 1] = probabilities[i]!;
        rewards[row] = rewardOf[i]!;
        terminated[row] = ends[i]!;
      }
    },
    observe(state, observations, start, stop) {
      observations.fill(0, start * states, stop * states);
      for (let row = start; row < stop; row++) observations[row * states + state[2 * row]!] = 1;
    },
    info: (state, row): Info => ({ probability: state[2 * row + 1]! }),
  };
}

/** The sums of the first 0, 1, …, n numbers, one addition at a time as NumPy's cumsum. */
function runningSum(numbers: readonly number[]): number[] {
  let sum = 0;
  return [0, ...numbers.map((number) => (sum += number))];
}

/** The first index from `start` to `stop` - 1 whose limit is above a random number; `start` if rounding leaves none. */
function draw(random: Generator, limits: Float64Array, start: number, stop: number): number {
  const number = random.random();
  for (let i = start; i < stop; i++) if (limits[i]! > number) return i;
  return start;
}
