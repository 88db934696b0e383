/**
 * What training episodes were like, over a vector of environments, as Stable-Baselines3 reports it: means over the
 * last 100 finished episodes. Shapes: E environments, W episodes in the window.
 */
import { restoreArray, type Stateful } from './checkpoint.ts';

/** One finished episode. */
export interface Episode {
  /** Index of its environment. */
  readonly environment: number;
  /** Undiscounted sum of its rewards. */
  readonly return: number;
  /** Its steps. */
  readonly length: number;
}

/** Statistics of episodes; means are NaN before the first episode has ended. */
export interface EpisodeStatistics extends Stateful {
  /**
   * Takes in one step of all environments, every array [E]: raw rewards, and where episodes ended. Returns the episodes
   * that ended.
   */
  record(
    rewards: ArrayLike<number>,
    terminated: ArrayLike<number>,
    truncated: ArrayLike<number>,
  ): readonly Episode[];
  /** Forgets the episodes under way: the environments, all of them, start new ones. */
  restart(): void;
  /** Ignores an environment until the restart. */
  pause(environment: number): void;
  /** Episodes finished so far. */
  episodes(): number;
  /** Mean return over the window. */
  meanReturn(): number;
  /** Mean length over the window. */
  meanLength(): number;
}

const noEpisodes: readonly Episode[] = [];

/** Statistics over `environments` environments and a window of the last `window` episodes. */
export function episodeStatistics(environments: number, window = 100): EpisodeStatistics {
  const arrays = {
    'episodes.running': new Float64Array(2 * environments), // returns, then lengths
    'episodes.returns': new Float64Array(window),
    'episodes.lengths': new Float64Array(window),
    'episodes.count': new Float64Array(1),
  };
  const running = arrays['episodes.running'].subarray(0, environments);
  const lengths = arrays['episodes.running'].subarray(environments);
  const count = arrays['episodes.count'];
  const paused = new Uint8Array(environments);
  const inWindow = (ring: Float64Array): Float64Array => ring.subarray(0, Math.min(window, count[0]!));

  function finish(environment: number): Episode {
    const episode = { environment, return: running[environment]!, length: lengths[environment]! };
    const slot = count[0]! % window;
    arrays['episodes.returns'][slot] = episode.return;
    arrays['episodes.lengths'][slot] = episode.length;
    count[0] = count[0]! + 1;
    running[environment] = 0;
    lengths[environment] = 0;
    return episode;
  }

  return {
    record(rewards, terminated, truncated) {
      let finished: Episode[] | undefined;
      for (let e = 0; e < environments; e++) {
        if (paused[e]) continue;
        running[e] = running[e]! + rewards[e]!;
        lengths[e] = lengths[e]! + 1;
        if (terminated[e] || truncated[e]) (finished ??= []).push(finish(e));
      }
      return finished ?? noEpisodes;
    },
    restart() {
      arrays['episodes.running'].fill(0);
      paused.fill(0);
    },
    pause: (environment) => void (paused[environment] = 1),
    episodes: () => count[0]!,
    meanReturn: () => mean(inWindow(arrays['episodes.returns'])),
    meanLength: () => mean(inWindow(arrays['episodes.lengths'])),
    state: () => arrays,
    restore(snapshot) {
      for (const [name, array] of Object.entries(arrays)) restoreArray(snapshot, name, array);
    },
  };
}

/**
 * 1 − Var(target − prediction) / Var(target): 1 for a perfect prediction, 0 for one no better than a constant.
 * NaN where the targets do not vary.
 */
export function explainedVariance(predictions: ArrayLike<number>, targets: ArrayLike<number>): number {
  const target = Float64Array.from(targets);
  const spread = variance(target);
  return spread === 0 ? NaN : 1 - variance(target.map((value, i) => value - predictions[i]!)) / spread;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: Float64Array): number {
  const center = mean(values);
  return mean(values.map((value) => (value - center) ** 2));
}
