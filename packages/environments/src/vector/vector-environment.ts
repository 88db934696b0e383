/**
 * Several copies of an environment that step together on typed arrays.
 *
 * Shapes: N copies, S numbers in an observation (flattened), A numbers in an action.
 *
 * Autoreset is of the same step (Gymnasium's `AutoresetMode.SAME_STEP`): when an episode ends, its last observation
 * goes to `finalObservations`, and `observations` already shows the first one of the next episode.
 */
import { CheckpointError, ConfigError, EnvironmentError } from '@ascent-rl/core/errors';
import { describe } from '../spaces/rules.ts';
import type { Space } from '../spaces/types.ts';

/** Everything that the future depends on, as named typed arrays; JSON-like states travel as UTF-16 in a Uint16Array. */
export interface VectorEnvironmentState {
  readonly [name: string]: Float64Array | Float32Array | Uint32Array | Uint16Array;
}

/** What training acts in. */
export interface VectorEnvironment {
  /** A name for messages, such as `CartPole-v1`. */
  readonly id: string;
  /** N */
  readonly count: number;
  /** Of one copy. */
  readonly observationSpace: Space;
  /** Of one copy. */
  readonly actionSpace: Space;
  /** S */
  readonly observationSize: number;
  /** A: 1 for Discrete (the choice), one a choice for MultiDiscrete, n for MultiBinary, product(shape) for Box. */
  readonly actionSize: number;
  /** Whether `state` works: always for environments of this package, and for users' that implement it. */
  readonly resumable: boolean;
  /**
   * Current observations [N, S], after autoreset. May be replaced by an array of the same length (a device's memory,
   * say), into which the current observations are copied and the next ones written.
   */
  observations: Float32Array;
  /** Which choices are allowed now, [N, M]: 1 or 0 for each of a Discrete or MultiDiscrete space; not there where all are. */
  readonly actionMasks?: Uint8Array;
  /** Of the last step, [N]. */
  readonly rewards: Float64Array;
  /** Of the last step, [N]: 1 where the episode came to its end. */
  readonly terminated: Uint8Array;
  /** Of the last step, [N]: 1 where the episode was cut off. */
  readonly truncated: Uint8Array;
  /** The observations that ended episodes, [N, S]; valid in rows where `terminated` or `truncated` is 1. */
  readonly finalObservations: Float32Array;
  /** Which choices were allowed at those observations, [N, M]; valid in rows where `truncated` is 1, there as `actionMasks` is. */
  readonly finalActionMasks?: Uint8Array;
  /** Starts all episodes; copy i gets the seed `seed + i`, as Gymnasium's vector environments do. */
  reset(seed: number): void;
  /**
   * Takes one step of every copy, starting those anew whose episode ends.
   *
   * @param actions - Rows of actions [N, A]; choices as whole numbers, counted from the space's start.
   * @throws EnvironmentError before a reset, and for an action or observation outside its space.
   */
  step(actions: Float32Array): void;
  /** The state; flags, rewards and final observations of the last step are not part of it. */
  state(): VectorEnvironmentState;
  /**
   * Continues from a state; other arrays beside those of the state are left alone.
   *
   * @throws CheckpointError when an array is missing or of another length.
   */
  restore(state: { readonly [name: string]: ArrayLike<number | bigint> }): void;
  /** Frees what the environments hold. */
  close(): void;
}

/** Refuses what is not a number of copies. */
export function expectCount(id: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ConfigError(`${id}: expected count to be a whole number ≥ 1, got ${count}`);
  }
}

/** Refuses an array of another length. */
export function expectLength(id: string, name: string, array: ArrayLike<unknown>, length: number): void {
  // A caller in JavaScript may have forgotten the array.
  const got = (array as ArrayLike<unknown> | undefined)?.length;
  if (got !== length) {
    throw new EnvironmentError(`${id}: expected ${name} of ${length} numbers, got ${got ?? describe(array)}`);
  }
}

/** The array of a state by name. Without a length, any length will do. */
export function savedArray(
  state: { readonly [name: string]: ArrayLike<number | bigint> },
  name: string,
  length: number | undefined = state[name]?.length,
): ArrayLike<number> {
  const array = state[name];
  if (array === undefined || array.length !== length) {
    throw new CheckpointError(
      `restore: expected array "${name}"${length === undefined ? '' : ` of ${length} numbers`}, got ` +
        `${array === undefined ? 'none' : array.length}; the state is of another environment or number of copies`,
    );
  }
  return array as ArrayLike<number>;
}
