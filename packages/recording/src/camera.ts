/** Cameras: pictures of an environment as it stands. */
import { EnvironmentError } from '@ascent-rl/core/errors';
import type { Environment, Frame, Numbers } from '@ascent-rl/environments';
import { dynamicsState, findPainter, type Painter } from '@ascent-rl/environments/rendering';
import { frameCanvas } from './canvas.ts';

/** Takes pictures of one environment. */
export interface Camera {
  /** Steps a second that look natural. */
  readonly framesPerSecond: number;
  /** A picture of the present state; `action` [A] is the one that led to it. */
  shoot(action?: Numbers): Frame;
}

/** Options of {@link camera}. */
export interface CameraOptions {
  /** Draws the environment; by default the painter of its id, which knows it as it is without options. */
  readonly painter?: Painter | undefined;
}

/**
 * A camera for an environment that is drawn by a painter, or draws itself.
 *
 * @throws EnvironmentError for one that is neither; UnsupportedError where a painter has no canvas to paint on, as the
 *   package `@napi-rs/canvas` is not installed.
 */
export async function camera(
  environment: Environment,
  { painter = findPainter(environment.id ?? '') }: CameraOptions = {},
): Promise<Camera> {
  if (painter !== undefined) {
    const { width, height, framesPerSecond } = painter;
    const canvas = await frameCanvas(width, height);
    return {
      framesPerSecond,
      shoot(action) {
        painter.paint(canvas.context, { state: dynamicsState(environment), action });
        return canvas.read();
      },
    };
  }
  if (environment.render === undefined) {
    throw new EnvironmentError(
      `${environment.id ?? 'environment'}: expected an environment with a painter or a render(), got one without; ` +
        'add render(), which returns { width, height, data }',
    );
  }
  return {
    framesPerSecond: environment.framesPerSecond ?? 30,
    shoot: () => environment.render!(),
  };
}
