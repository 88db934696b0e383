/** ClipReward: rewards kept within limits. */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Environment } from '../environment.ts';
import type { VectorEnvironment } from '../vector/vector-environment.ts';
import { mapRewards } from './transform-reward.ts';

/**
 * Copies with rewards from `low` to `high`. (DQN's clipping to the sign is `transformReward(…, Math.sign)`.)
 *
 * @throws ConfigError unless low ≤ high.
 */
export function clipReward(environment: VectorEnvironment, low?: number, high?: number): VectorEnvironment;
/**
 * An environment with rewards from `low` to `high`. (DQN's clipping to the sign is `transformReward(…, Math.sign)`.)
 *
 * @throws ConfigError unless low ≤ high.
 */
export function clipReward<Observation, Action>(
  environment: Environment<Observation, Action>,
  low?: number,
  high?: number,
): Environment<Observation, Action>;
export function clipReward(environment: Environment | VectorEnvironment, low = -1, high = 1): unknown {
  if (!(low <= high)) throw new ConfigError(`clipReward: expected low ≤ high, got ${low} and ${high}`);
  return mapRewards(environment, (reward) => Math.min(Math.max(reward, low), high));
}
