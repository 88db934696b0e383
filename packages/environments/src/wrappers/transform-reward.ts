/** TransformReward: rewards changed by a function. */
import type { Environment } from '../environment.ts';
import type { VectorEnvironment } from '../vector/vector-environment.ts';
import { isVector, wrap, wrapVector } from './wrap.ts';

/** Copies whose rewards are `transform` of the original ones. */
export function transformReward(
  environment: VectorEnvironment,
  transform: (reward: number) => number,
): VectorEnvironment;
/** An environment whose rewards are `transform` of the original ones. */
export function transformReward<Observation, Action>(
  environment: Environment<Observation, Action>,
  transform: (reward: number) => number,
): Environment<Observation, Action>;
export function transformReward(
  environment: Environment | VectorEnvironment,
  transform: (reward: number) => number,
): unknown {
  return mapRewards(environment, transform);
}

/** {@link transformReward} of either kind. */
export function mapRewards(
  environment: Environment | VectorEnvironment,
  transform: (reward: number) => number,
): Environment | VectorEnvironment {
  if (isVector(environment)) {
    const rewards = new Float64Array(environment.count);
    return wrapVector(environment, {
      rewards,
      step(actions) {
        environment.step(actions);
        for (let i = 0; i < rewards.length; i++) rewards[i] = transform(environment.rewards[i]!);
      },
    });
  }
  return wrap(environment, {
    reset: (options) => environment.reset(options),
    step(action) {
      const result = environment.step(action);
      return { ...result, reward: transform(result.reward) };
    },
  });
}
