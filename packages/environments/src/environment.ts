/** The contract of one environment: Gymnasium's, with its names. */
import type { Numbers, Space } from './spaces/types.ts';

/** Plain data that JSON keeps. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Whatever an environment tells beside its observation; nothing learns from it. */
export type Info = Readonly<Record<string, unknown>>;

/** Options of {@link Environment.reset}. */
export interface ResetOptions {
  /** Seeds the environment's generator, a whole number ≥ 0; without it the generator goes on where it stands. */
  readonly seed?: number;
}

/** The start of an episode. */
export interface ResetResult<Observation> {
  /** The first observation of the episode. */
  readonly observation: Observation;
  /** Whatever else there is to tell. */
  readonly info: Info;
}

/** What came of an action. */
export interface StepResult<Observation> {
  /** What is seen after the action. */
  readonly observation: Observation;
  /** A finite number. */
  readonly reward: number;
  /** The episode reached its end: nothing comes after, its value is 0. */
  readonly terminated: boolean;
  /** The episode was cut off, as by a time limit: its value goes on, bootstrapped from this very observation. */
  readonly truncated: boolean;
  /** Whatever else there is to tell. */
  readonly info: Info;
}

/** A picture: RGBA bytes row by row from the top left, as a browser's ImageData. */
export interface Frame {
  /** Pixels from left to right. */
  readonly width: number;
  /** Pixels from top to bottom. */
  readonly height: number;
  /** [height, width, 4]. */
  readonly data: Uint8ClampedArray;
}

/**
 * A task to act in. The values of observations and actions are those of the spaces: numbers lie flat in arrays.
 *
 * An environment that implements `state` and `restore` can be resumed bit for bit; without them, a training that
 * was stopped cannot go on exactly.
 */
export interface Environment<Observation = unknown, Action = unknown> {
  /** A name for messages, such as `CartPole-v1`. */
  readonly id?: string;
  /** What observations may be. */
  readonly observationSpace: Space;
  /** What actions may be. */
  readonly actionSpace: Space;
  /** Starts an episode. */
  reset(options?: ResetOptions): ResetResult<Observation>;
  /** Takes one step. */
  step(action: Action): StepResult<Observation>;
  /**
   * Which choices are allowed now, where not all are: 1 or 0 for each of a Discrete or MultiDiscrete space, the choices of
   * the parts one after the other. Forbidden ones should still be harmless: nothing but policies heeds the mask.
   */
  actionMask?(): Numbers;
  /** How the environment looks now, if it draws itself; those of this package are drawn by painters. */
  render?(): Frame;
  /** Steps a second that look natural. */
  readonly framesPerSecond?: number;
  /** Frees what the environment holds. */
  close?(): void;
  /** Everything that the future depends on, the random generator included. */
  state?(): Json;
  /** Continues from a state. */
  restore?(state: Json): void;
}

/** Whether an environment can be saved and continued exactly. */
export function isResumable<E extends Environment>(environment: E): environment is E & Resumable {
  return environment.state !== undefined && environment.restore !== undefined;
}

/** The part of the contract that resuming needs. */
export type Resumable = Required<Pick<Environment, 'state' | 'restore'>>;

/**
 * `close`, `actionMask`, `render`, `state` and `restore` for a wrapper that has a state of its own: those that the wrapped environment
 * has.
 *
 * @param own - Reads the wrapper's state, which must be an object of plain data.
 */
export function wrappedMethods<State extends Json>(
  environment: Environment,
  own: { readonly state: () => State; readonly restore: (state: State) => void },
): Pick<Environment, 'close' | 'actionMask' | 'render' | 'framesPerSecond' | 'state' | 'restore'> {
  return {
    close: () => environment.close?.(),
    ...(environment.actionMask && { actionMask: () => environment.actionMask!() }),
    ...(environment.render && { render: () => environment.render!() }),
    ...(environment.framesPerSecond && { framesPerSecond: environment.framesPerSecond }),
    ...(isResumable(environment) && {
      state: () => ({ wrapper: own.state(), environment: environment.state() }),
      restore(state) {
        const { wrapper, environment: inner } = state as { wrapper: State; environment: Json };
        environment.restore(inner);
        own.restore(wrapper);
      },
    }),
  };
}
