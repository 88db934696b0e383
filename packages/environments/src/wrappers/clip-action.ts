/** ClipAction: any real numbers are accepted, and those beyond the limits are taken for the limits. */
import type { Environment } from '../environment.ts';
import { box } from '../spaces/box.ts';
import type { Numbers } from '../spaces/types.ts';
import type { VectorEnvironment } from '../vector/vector-environment.ts';
import { boxActions, mapActions } from './transform-action.ts';

/**
 * Copies whose actions are clipped to their space; the space shown has no limits.
 *
 * @throws ConfigError unless the actions are those of a Box.
 */
export function clipAction(environment: VectorEnvironment): VectorEnvironment;
/**
 * An environment whose actions are clipped to its space; the space shown has no limits.
 *
 * @throws ConfigError unless the actions are those of a Box.
 */
export function clipAction<Observation>(
  environment: Environment<Observation, Numbers>,
): Environment<Observation, Numbers>;
export function clipAction(environment: Environment<unknown, Numbers> | VectorEnvironment): unknown {
  const { low, high, shape, dtype } = boxActions('clipAction', environment);
  const space = box({ low: -Infinity, high: Infinity, shape, dtype });
  return mapActions(environment, space, (value, i) => Math.min(Math.max(value, low[i]!), high[i]!));
}
