/** benchmarkEnvironment: how many steps a second an environment takes, as PettingZoo's performance benchmark. */
import { ConfigError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import type { Environment } from '../environment.ts';
import { sample } from '../spaces/space.ts';

/** Options of {@link benchmarkEnvironment}. */
export interface BenchmarkOptions {
  /** How long to step, in seconds, above 0. Default 1. */
  readonly seconds?: number;
  /** Seed of the environment and of the actions. Default 0. */
  readonly seed?: number;
}

/** Actions that are drawn beforehand, so that drawing them is not measured. */
const batch = 64;

/**
 * Steps a second with random actions, resets included, on this machine as it is now.
 *
 * @throws ConfigError for another number of seconds; whatever the environment raises.
 */
export function benchmarkEnvironment(
  environment: Environment,
  { seconds = 1, seed = 0 }: BenchmarkOptions = {},
): number {
  if (!(seconds > 0 && seconds < Infinity)) {
    throw new ConfigError(`benchmarkEnvironment: expected seconds above 0, got ${seconds}`);
  }
  const random = generator(seed);
  const actions = Array.from({ length: batch }, () => sample(environment.actionSpace, random));
  environment.reset({ seed });
  let steps = 0;
  const start = Date.now();
  let elapsed = 0;
  while (elapsed < 1000 * seconds) {
    for (const action of actions) {
      const { terminated, truncated } = environment.step(action);
      if (terminated || truncated) environment.reset();
    }
    steps += batch;
    elapsed = Date.now() - start;
  }
  return (1000 * steps) / elapsed;
}
