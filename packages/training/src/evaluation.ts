/**
 * Evaluation: whole episodes in environments of their own, with the policy's mode and frozen statistics.
 *
 * Each of N environments plays its share of the episodes, no more: taking whichever episodes end first would favour
 * short ones.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { VectorEnvironment } from '@ascent-rl/environments';
import type { ActOptions, Agent } from './agent.ts';
import { breather } from './breather.ts';

/** Options of {@link evaluate}. */
export interface EvaluationOptions extends ActOptions {
  /** Episodes to play, at least 1. */
  readonly episodes: number;
  /** Seed of the environments. */
  readonly seed: number;
  /**
   * Steps after which an episode that goes on counts as it stands, at least 1; default 100,000. Where nothing else ends
   * episodes, a policy that walks into a wall would otherwise be evaluated for ever. The next one goes on from there.
   */
  readonly longestEpisode?: number;
}

/** What came of an evaluation. */
export interface Evaluation {
  /** Undiscounted return of each episode. */
  readonly returns: readonly number[];
  /** Steps of each episode. */
  readonly lengths: readonly number[];
  /** Mean of the returns. */
  readonly meanReturn: number;
  /** Standard deviation of the returns, over the episodes. */
  readonly returnDeviation: number;
  /** Mean of the lengths. */
  readonly meanLength: number;
}

/** Plays episodes. The environments are reset first and are the caller's to close. */
export async function evaluate(
  agent: Agent,
  environment: VectorEnvironment,
  { episodes, seed, longestEpisode = 100_000, ...acting }: EvaluationOptions,
): Promise<Evaluation> {
  if (!Number.isInteger(episodes) || episodes < 1) {
    throw new ConfigError(`evaluate: expected a whole number of episodes ≥ 1, got ${episodes}`);
  }
  if (!(longestEpisode >= 1)) {
    throw new ConfigError(`evaluate: expected longestEpisode of at least 1 step, got ${longestEpisode}`);
  }
  const { count } = environment;
  const actor = await agent.batch(count);
  const actions = new Float32Array(count * environment.actionSize);
  const left = Array.from({ length: count }, (_, i) => Math.floor((episodes + i) / count));
  const running = left.map(() => ({ return: 0, length: 0 }));
  const returns: number[] = [];
  const lengths: number[] = [];

  const starts = new Uint8Array(count).fill(1);
  const breathe = breather();
  environment.reset(seed);
  try {
    while (returns.length < episodes) {
      await breathe();
      const { actionMasks } = environment;
      await actor.act(environment.observations, actions, { ...acting, starts, actionMasks });
      environment.step(actions);
      for (let i = 0; i < count; i++) starts[i] = environment.terminated[i]! | environment.truncated[i]!;
      running.forEach((episode, i) => {
        episode.return += environment.rewards[i]!;
        episode.length += 1;
        if (starts[i] === 0 && episode.length < longestEpisode) return;
        if (left[i]! > 0) {
          left[i]! -= 1;
          returns.push(episode.return);
          lengths.push(episode.length);
        }
        running[i] = { return: 0, length: 0 };
      });
    }
  } finally {
    actor.dispose();
  }
  const meanReturn = mean(returns);
  return {
    returns,
    lengths,
    meanReturn,
    returnDeviation: Math.sqrt(mean(returns.map((value) => (value - meanReturn) ** 2))),
    meanLength: mean(lengths),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
