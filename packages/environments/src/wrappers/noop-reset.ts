/** NoopReset: an episode starts with a random number of steps in which nothing is done (Mnih et al. 2015). */
import { ConfigError } from '@ascent-rl/core/errors';
import { generator, type GeneratorState } from '@ascent-rl/core/random';
import type { Environment } from '../environment.ts';
import { wrap } from './wrap.ts';

/**
 * An environment whose episodes begin with 1 to `maxNoops` steps of `noop`, the action that does nothing. Should an
 * episode end in them, another one begins where it stands. Seeds of `reset` seed this number too.
 *
 * @throws ConfigError unless maxNoops is a whole number ≥ 1.
 */
export function noopReset<Observation, Action>(
  environment: Environment<Observation, Action>,
  noop: Action,
  maxNoops: number = 30,
): Environment<Observation, Action> {
  if (!Number.isSafeInteger(maxNoops) || maxNoops < 1) {
    throw new ConfigError(`noopReset: expected maxNoops to be a whole number ≥ 1, got ${maxNoops}`);
  }
  // A stream apart, lest it repeats the draws of an environment with the same seed.
  const stream = (seed: number) => generator(seed, [1]);
  const random = stream(0);
  return wrap(
    environment as Environment,
    {
      reset(options) {
        if (options?.seed !== undefined) random.restore(stream(options.seed).state());
        let { observation, info } = environment.reset(options);
        const noops = random.integers(1, maxNoops + 1);
        for (let i = 0; i < noops; i++) {
          const result = environment.step(noop);
          ({ observation, info } = result.terminated || result.truncated ? environment.reset() : result);
        }
        return { observation, info };
      },
      step: (action: Action) => environment.step(action),
    },
    { state: () => random.state(), restore: (saved: GeneratorState) => random.restore(saved) },
  );
}
