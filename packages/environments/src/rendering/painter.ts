/** Painters: how the state of an environment looks, apart from the environment, which knows nothing of it. */
import { EnvironmentError } from '@ascent-rl/core/errors';
import type { Environment, Json } from '../environment.ts';
import type { Numbers } from '../spaces/types.ts';
import type { Canvas2D } from './canvas.ts';

/** What there is to see at one moment. */
export interface Scene {
  /** The numbers of the environment's state, [D] as in its `Dynamics`; a row of a vector's [N, D]. */
  readonly state: Numbers;
  /** The action [A] that led here; undefined at the start of an episode. */
  readonly action?: Numbers | undefined;
}

/** Draws one kind of environment. */
export interface Painter {
  /** Pixels from left to right. */
  readonly width: number;
  /** Pixels from top to bottom. */
  readonly height: number;
  /** Steps a second that look natural. */
  readonly framesPerSecond: number;
  /** Paints the whole picture, whatever was there; the axes stay as they were. */
  paint(canvas: Canvas2D, scene: Scene): void;
}

/**
 * The numbers of the state of an environment with `Dynamics`, below all its wrappers: what painters paint.
 *
 * @throws EnvironmentError for an environment without such a state.
 */
export function dynamicsState(environment: Environment): Numbers {
  let saved: Json | undefined = environment.state?.();
  while (isRecord(saved) && saved['environment'] !== undefined) saved = saved['environment'];
  const state = isRecord(saved) ? saved['state'] : undefined;
  if (!Array.isArray(state)) {
    throw new EnvironmentError(
      `${environment.id ?? 'environment'}: expected an environment with the state of a Dynamics to paint, got one ` +
        'without; give it a render() of its own',
    );
  }
  return state as readonly number[];
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
