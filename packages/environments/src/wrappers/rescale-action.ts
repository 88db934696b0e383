/** RescaleAction: actions from `low` to `high` are stretched over the limits of the environment. */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Environment } from '../environment.ts';
import { box } from '../spaces/box.ts';
import type { Numbers } from '../spaces/types.ts';
import type { VectorEnvironment } from '../vector/vector-environment.ts';
import { boxActions, mapActions } from './transform-action.ts';

/**
 * Copies whose actions go from `low` to `high`, by default from −1 to 1. The map is affine and clips nothing.
 *
 * @throws ConfigError unless the actions are those of a Box with limits, and low < high.
 */
export function rescaleAction(environment: VectorEnvironment, low?: number, high?: number): VectorEnvironment;
/**
 * An environment whose actions go from `low` to `high`, by default from −1 to 1. The map is affine and clips nothing.
 *
 * @throws ConfigError unless the actions are those of a Box with limits, and low < high.
 */
export function rescaleAction<Observation>(
  environment: Environment<Observation, Numbers>,
  low?: number,
  high?: number,
): Environment<Observation, Numbers>;
export function rescaleAction(
  environment: Environment<unknown, Numbers> | VectorEnvironment,
  low = -1,
  high = 1,
): unknown {
  const actions = boxActions('rescaleAction', environment);
  if (![...actions.low, ...actions.high].every(Number.isFinite)) {
    throw new ConfigError(`rescaleAction: expected actions with limits, got ${String(actions)}`);
  }
  if (!(low < high)) throw new ConfigError(`rescaleAction: expected low < high, got ${low} and ${high}`);
  const { shape, dtype } = actions;
  return mapActions(
    environment,
    box({ low, high, shape, dtype }),
    (value, i) => actions.low[i]! + ((value - low) / (high - low)) * (actions.high[i]! - actions.low[i]!),
  );
}
