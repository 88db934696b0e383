/**
 * MaxAndSkip: one action lasts several steps, and the larger one of each number of the last two observations is shown,
 * because Atari games draw some objects only in every second frame (Mnih et al. 2015).
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Environment, StepResult } from '../environment.ts';
import { unflatten } from '../spaces/space.ts';
import type { Numbers } from '../spaces/types.ts';
import { boxObservations } from './box-observations.ts';
import { wrap } from './wrap.ts';

/**
 * An environment in which an action lasts `skip` steps, or fewer where the episode ends; rewards add up. Where it ends
 * on the first of these steps its observation is shown alone (Gymnasium's wrapper mixes it with an older one).
 *
 * @throws ConfigError unless observations are those of a Box and skip is a whole number ≥ 1.
 */
export function maxAndSkip<Action>(
  environment: Environment<Numbers, Action>,
  skip: number = 4,
): Environment<Numbers, Action> {
  const space = boxObservations('maxAndSkip', environment);
  if (!Number.isSafeInteger(skip) || skip < 1) {
    throw new ConfigError(`maxAndSkip: expected skip to be a whole number ≥ 1, got ${skip}`);
  }
  return wrap(environment as Environment, {
    reset: (options) => environment.reset(options),
    step(action: Action) {
      let before: Numbers | undefined;
      let result: StepResult<Numbers> = environment.step(action);
      let { reward } = result;
      for (let i = 1; i < skip && !result.terminated && !result.truncated; i++) {
        before = result.observation;
        result = environment.step(action);
        reward += result.reward;
      }
      return { ...result, reward, observation: larger(result.observation, before) };
    },
  });

  function larger(observation: Numbers, other: Numbers | undefined): Numbers {
    if (other === undefined) return observation;
    return unflatten(
      space,
      Float64Array.from({ length: space.low.length }, (_, i) => Math.max(observation[i]!, other[i]!)),
    );
  }
}
