/** Wrappers for observations that are images: grey instead of colours, and another size. */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Environment } from '../environment.ts';
import { box } from '../spaces/box.ts';
import { unflatten } from '../spaces/space.ts';
import type { Box, Numbers } from '../spaces/types.ts';
import { boxObservations } from '../wrappers/box-observations.ts';
import { transformObservation } from '../wrappers/transform-observation.ts';
import { areaResizer } from './area-resize.ts';
import { luminance } from './luminance.ts';

/**
 * An environment that shows grey images [height, width] instead of coloured ones [height, width, 3].
 *
 * @throws ConfigError unless observations are coloured images of type uint8.
 */
export function grayscaleObservation<Action>(
  environment: Environment<Numbers, Action>,
): Environment<Numbers, Action> {
  const { shape } = image('grayscaleObservation', environment);
  const [height, width, channels] = shape;
  if (channels !== 3) {
    throw new ConfigError(
      `grayscaleObservation: expected images [height, width, 3], got [${shape.join(', ')}]`,
    );
  }
  const space = box({ low: 0, high: 255, shape: [height!, width!], dtype: 'uint8' });
  return transformObservation(
    environment,
    (colours) =>
      Uint8Array.from({ length: space.low.length }, (_, i) =>
        luminance(colours[3 * i]!, colours[3 * i + 1]!, colours[3 * i + 2]!),
      ),
    space,
  );
}

/**
 * An environment that shows images of `size`, [height, width], each new pixel the mean of the area that it covers.
 *
 * @throws ConfigError unless observations are images of type uint8, and the size is one.
 */
export function resizeObservation<Action>(
  environment: Environment<Numbers, Action>,
  size: readonly [height: number, width: number],
): Environment<Numbers, Action> {
  const [height, width, channels = 1] = image('resizeObservation', environment).shape;
  if (!size.every((length) => Number.isSafeInteger(length) && length >= 1)) {
    throw new ConfigError(
      `resizeObservation: expected whole numbers ≥ 1 for the size, got ${size.join(' x ')}`,
    );
  }
  const shape = channels === 1 ? size : [...size, channels];
  const space = box({ low: 0, high: 255, shape, dtype: 'uint8' });
  const resizer = areaResizer([height!, width!], size, channels);
  const resized = new Float64Array(space.low.length);
  return transformObservation(
    environment,
    (observation) => {
      resizer.resize(observation, resized, 0);
      return unflatten(space, resized);
    },
    space,
  );
}

function image(wrapper: string, environment: Environment<Numbers>): Box {
  const space = boxObservations(wrapper, environment);
  const { shape, dtype } = space;
  if (dtype === 'uint8' && (shape.length === 2 || shape.length === 3)) return space;
  throw new ConfigError(
    `${wrapper}: expected images [height, width] or [height, width, channels] of type uint8, got ` +
      `[${shape.join(', ')}] of ${dtype}`,
  );
}
