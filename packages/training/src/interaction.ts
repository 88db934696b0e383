/**
 * The policy's side of its environments: observations and rewards as the policy sees them, and what episodes were like.
 *
 * Shapes: N environments, S numbers that the policy sees of a step, A in an action.
 */
import type { VectorEnvironment } from '@ascent-rl/environments';
import { restoreArray, type Stateful } from './checkpoint.ts';
import { environmentActions } from './environment-actions.ts';
import type { Metrics } from './metrics.ts';
import {
  observationNormalizer,
  rewardNormalizer,
  type Moments,
  type ObservationNormalizer,
} from './normalization.ts';
import type { Senses } from './policy.ts';
import { seenRows } from './seen-rows.ts';
import { episodeStatistics, type Episode, type EpisodeStatistics } from './statistics.ts';

/** What an interaction needs of a configuration. */
export interface InteractionConfig {
  /** γ, for the scale of rewards. */
  readonly discount: number;
  readonly normalizeObservations: boolean;
  readonly normalizeRewards: boolean;
  readonly observationClip: number;
  readonly rewardClip: number;
}

/** The statistics of an interaction, where others share them. */
export interface SharedMoments {
  /** Of observations, of S numbers. */
  readonly observations: Moments;
  /** Of discounted returns, of one number. */
  readonly rewards: Moments;
}

/** Environments seen through the running statistics of a training; its state includes that of the environments. */
export interface Interaction extends Stateful {
  /** What the policy sees now [N, S]: observations, normalized where the training does so, and what its senses add. */
  readonly observations: Float32Array;
  /** Rewards of the last step [N], normalized where the training does so. */
  readonly rewards: Float64Array;
  readonly episodes: EpisodeStatistics;
  /** Statistics of observations, where they are normalized. */
  readonly normalizer: ObservationNormalizer | undefined;
  /** Starts all episodes anew. */
  start(seed: number): void;
  /** Sends actions [N, A], as the policy made them. Returns the episodes that ended. */
  step(actions: Float32Array): readonly Episode[];
  /** The observations that ended episodes [N, S], as the policy would see them; valid where one ended just now. */
  finalObservations(): Float32Array;
  /** What the last episodes were like. */
  metrics(): Metrics;
}

/**
 * An interaction with `environment`, which the caller closes.
 *
 * @param senses - What the policy sees beside observations.
 * @param moments - Where the statistics lie, if not in arrays of its own.
 */
export function interaction(
  environment: VectorEnvironment,
  config: InteractionConfig,
  senses: Senses = { starts: false, choices: 0 },
  moments?: SharedMoments,
): Interaction {
  const { count, observationSize, actionSize, actionSpace, terminated, truncated } = environment;
  const episodes = episodeStatistics(count);
  const normalizer = config.normalizeObservations
    ? observationNormalizer(observationSize, { clip: config.observationClip, moments: moments?.observations })
    : undefined;
  const rewardScale = config.normalizeRewards
    ? rewardNormalizer(count, config.discount, { clip: config.rewardClip, moments: moments?.rewards })
    : undefined;

  const observations = seenRows(environment, senses);
  const finalObservations = seenRows(environment, senses);
  const starts = new Float32Array(count);
  const sent = new Float32Array(count * actionSize);
  const rewards = new Float64Array(count);

  /** Shows the environments' observations as the policy sees them. */
  function see(): void {
    observations.show(environment.observations, normalizer, starts, environment.actionMasks);
  }
  /** Takes new observations in. */
  function look(): void {
    normalizer?.update(environment.observations);
    see();
  }
  function start(seed: number): void {
    environment.reset(seed);
    episodes.restart();
    rewardScale?.restart();
    starts.fill(1);
    look();
  }

  return {
    observations: observations.rows,
    rewards,
    episodes,
    normalizer,
    start,
    step(actions) {
      environmentActions(actionSpace, actions, sent);
      environment.step(sent);
      rewards.set(environment.rewards);
      rewardScale?.update(rewards, terminated, truncated);
      rewardScale?.normalize(rewards);
      for (let i = 0; i < count; i++) starts[i] = terminated[i]! | truncated[i]!;
      look();
      return episodes.record(environment.rewards, terminated, truncated);
    },
    finalObservations() {
      const { finalObservations: seen, finalActionMasks } = environment;
      finalObservations.show(seen, normalizer, undefined, finalActionMasks);
      return finalObservations.rows;
    },
    metrics: () => ({
      'rollout/ep_rew_mean': episodes.meanReturn(),
      'rollout/ep_len_mean': episodes.meanLength(),
      'time/episodes': episodes.episodes(),
    }),
    state: () => ({
      ...episodes.state(),
      ...normalizer?.state(),
      ...rewardScale?.state(),
      ...(senses.starts && { 'episodes.starts': starts }),
      ...(environment.resumable && environment.state()),
    }),
    restore(snapshot) {
      episodes.restore(snapshot);
      normalizer?.restore(snapshot);
      rewardScale?.restore(snapshot);
      if (senses.starts) restoreArray(snapshot, 'episodes.starts', starts);
      if (environment.resumable) {
        environment.restore(snapshot.arrays);
        see();
      } else {
        // Without a state of its own an environment starts new episodes; the count of the old ones is as good a seed
        // as any, and the same each time.
        start(episodes.episodes());
      }
    },
  };
}
