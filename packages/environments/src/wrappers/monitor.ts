/** Monitor: what an episode was worth and how long it took, told at its end (Gymnasium's RecordEpisodeStatistics). */
import type { Environment } from '../environment.ts';
import { wrap } from './wrap.ts';

/** What {@link monitor} puts into `info.episode` of the step that ends an episode. */
export interface MonitoredEpisode {
  /** Sum of its rewards, not discounted. */
  readonly return: number;
  /** Its steps. */
  readonly length: number;
}

/**
 * An environment that puts `episode`, a {@link MonitoredEpisode}, into the info of the last step of each episode. It
 * counts what the environment inside gives, so put it under wrappers that change rewards. (For vectorised
 * environments, training keeps `episodeStatistics`.)
 */
export function monitor<Observation, Action>(
  environment: Environment<Observation, Action>,
): Environment<Observation, Action> {
  let sum = 0;
  let length = 0;
  return wrap(
    environment as Environment,
    {
      reset(options) {
        sum = 0;
        length = 0;
        return environment.reset(options);
      },
      step(action: Action) {
        const result = environment.step(action);
        sum += result.reward;
        length += 1;
        if (!result.terminated && !result.truncated) return result;
        const episode: MonitoredEpisode = { return: sum, length };
        return { ...result, info: { ...result.info, episode } };
      },
    },
    {
      state: () => ({ sum, length }),
      restore: (saved: { sum: number; length: number }) => void ({ sum, length } = saved),
    },
  );
}
