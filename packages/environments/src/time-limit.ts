/** TimeLimit: an episode that is cut off is truncated; one that ends by itself is terminated, and never both. */
import { ConfigError } from '@ascent-rl/core/errors';
import { wrappedMethods, type Environment } from './environment.ts';

/**
 * Truncates episodes after `maxEpisodeSteps` steps, 1 or more; Infinity for no limit. Unlike Gymnasium's wrapper it
 * leaves a step alone that terminates at the very limit: such an episode is over, and must not be bootstrapped.
 *
 * @throws ConfigError for another number of steps.
 */
export function timeLimit<Observation, Action>(
  environment: Environment<Observation, Action>,
  maxEpisodeSteps: number,
): Environment<Observation, Action> {
  expectStepLimit(maxEpisodeSteps);
  let elapsed = 0;
  return {
    ...(environment.id !== undefined && { id: environment.id }),
    observationSpace: environment.observationSpace,
    actionSpace: environment.actionSpace,
    reset(options) {
      elapsed = 0;
      return environment.reset(options);
    },
    step(action) {
      const result = environment.step(action);
      elapsed += 1;
      return elapsed >= maxEpisodeSteps && !result.terminated ? { ...result, truncated: true } : result;
    },
    ...wrappedMethods(environment, {
      state: () => elapsed,
      restore: (saved: number) => void (elapsed = saved),
    }),
  };
}

/** Refuses what is not a number of steps. */
export function expectStepLimit(maxEpisodeSteps: number): void {
  if (maxEpisodeSteps !== Infinity && !(Number.isInteger(maxEpisodeSteps) && maxEpisodeSteps >= 1)) {
    throw new ConfigError(
      `timeLimit: expected maxEpisodeSteps to be a whole number ≥ 1 or Infinity, got ${maxEpisodeSteps}`,
    );
  }
}
