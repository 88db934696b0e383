/**
 * A rollout: `steps` consecutive steps of `environments` environments, as a structure of typed arrays that is filled
 * in place, again and again, without allocating.
 *
 * Shapes: every array is [steps, environments, …] row-major, so that it is also [rows, …] with
 * rows = steps · environments: row = step · environments + environment, which is what minibatches index.
 */
import { ConfigError } from '@ascent-rl/core/errors';

/** The sizes of a rollout; each an integer of at least 1. */
export interface RolloutShape {
  /** Steps of each environment. */
  readonly steps: number;
  /** Environments side by side. */
  readonly environments: number;
  /** Numbers in one observation. */
  readonly observationSize: number;
  /** Numbers in one action (1 for a discrete one, which is stored as its index). */
  readonly actionSize: number;
}

/** Experience of one rollout. Arrays without another shape are [steps, environments]. */
export interface Rollout extends RolloutShape {
  /** steps · environments. */
  readonly rows: number;
  /** What the policy saw, [steps, environments, observationSize]. */
  readonly observations: Float32Array;
  /** What the policy chose, unclipped, [steps, environments, actionSize]. */
  readonly actions: Float32Array;
  /** log π(a|s) when it was chosen. */
  readonly logProbabilities: Float32Array;
  /** V(s) when the action was chosen. */
  readonly values: Float32Array;
  /** V of the observation that the step led to; see {@link completeNextValues}. */
  readonly nextValues: Float32Array;
  /** Rewards, normalized where the training normalizes them. */
  readonly rewards: Float32Array;
  /** 1 where the step ended the episode in a terminal state. */
  readonly terminated: Uint8Array;
  /** 1 where the step ended the episode early. */
  readonly truncated: Uint8Array;
  /** Â, filled by {@link generalizedAdvantage}. */
  readonly advantages: Float32Array;
  /** What the value function is fitted to, filled with the advantages. */
  readonly valueTargets: Float32Array;
}

/** An empty rollout of the given sizes. Raises ConfigError for a size that is not a positive integer. */
export function rollout(shape: RolloutShape): Rollout {
  const { steps, environments, observationSize, actionSize } = shape;
  for (const [name, size] of Object.entries({ steps, environments, observationSize, actionSize })) {
    if (!Number.isInteger(size) || size < 1)
      throw new ConfigError(`rollout: expected ${name} ≥ 1, got ${size}`);
  }
  const rows = steps * environments;
  return {
    steps,
    environments,
    observationSize,
    actionSize,
    rows,
    observations: new Float32Array(rows * observationSize),
    actions: new Float32Array(rows * actionSize),
    logProbabilities: new Float32Array(rows),
    values: new Float32Array(rows),
    nextValues: new Float32Array(rows),
    rewards: new Float32Array(rows),
    terminated: new Uint8Array(rows),
    truncated: new Uint8Array(rows),
    advantages: new Float32Array(rows),
    valueTargets: new Float32Array(rows),
  };
}

/** What the policy saw and did in all environments at one moment; arrays without another shape are [environments]. */
export interface Decisions {
  /** [environments, observationSize]. */
  readonly observations: ArrayLike<number>;
  /** [environments, actionSize]. */
  readonly actions: ArrayLike<number>;
  /** log π(a|s). */
  readonly logProbabilities: ArrayLike<number>;
  /** V(s). */
  readonly values: ArrayLike<number>;
}

/** What the environments answered; every array is [environments]. */
export interface Outcomes {
  /** Rewards of the step. */
  readonly rewards: ArrayLike<number>;
  /** 1 (or true) where the episode ended in a terminal state. */
  readonly terminated: ArrayLike<number>;
  /** 1 (or true) where the episode ended early. */
  readonly truncated: ArrayLike<number>;
}

/** Copies one moment's decisions into step `step`, before the environments step. */
export function recordDecisions(into: Rollout, step: number, decisions: Decisions): void {
  const row = step * into.environments;
  into.observations.set(decisions.observations, row * into.observationSize);
  into.actions.set(decisions.actions, row * into.actionSize);
  into.logProbabilities.set(decisions.logProbabilities, row);
  into.values.set(decisions.values, row);
}

/** Copies the environments' answer into step `step`. */
export function recordOutcomes(into: Rollout, step: number, outcomes: Outcomes): void {
  const row = step * into.environments;
  into.rewards.set(outcomes.rewards, row);
  into.terminated.set(outcomes.terminated, row);
  into.truncated.set(outcomes.truncated, row);
}

/**
 * Fills `nextValues` once the rollout is full. Where an episode went on, the next value is that of the following
 * step, and after the last step `lastValues` [environments]; where it terminated, 0. Where it was truncated, the
 * value of the final observation is not in the rollout: whoever saw that observation has already written it.
 */
export function completeNextValues(into: Rollout, lastValues: ArrayLike<number>): void {
  const { rows, environments, values, nextValues, terminated, truncated } = into;
  for (let row = 0; row < rows; row++) {
    const next = row + environments;
    if (terminated[row]) nextValues[row] = 0;
    else if (!truncated[row]) nextValues[row] = next < rows ? values[next]! : lastValues[next - rows]!;
  }
}
