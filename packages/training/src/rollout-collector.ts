/**
 * Collecting rollouts: the policy acts in all environments, and what happens is written down with its advantages.
 *
 * Shapes: T steps, N environments, S numbers in an observation, A in an action.
 */
import type { VectorEnvironment } from '@ascent-rl/environments';
import { generalizedAdvantage } from './advantage.ts';
import type { Stateful } from './checkpoint.ts';
import { environmentActions } from './environment-actions.ts';
import type { Metrics } from './metrics.ts';
import { observationNormalizer, rewardNormalizer, type ObservationNormalizer } from './normalization.ts';
import { rolloutActor, type RolloutActorOptions } from './rollout-actor.ts';
import { completeNextValues, recordDecisions, recordOutcomes, rollout, type Rollout } from './rollout.ts';
import { episodeStatistics, explainedVariance, type Episode, type EpisodeStatistics } from './statistics.ts';

/** What a collector needs of a configuration. */
export interface CollectorConfig {
  /** T */
  readonly rolloutSteps: number;
  readonly discount: number;
  readonly lambda: number;
  readonly normalizeObservations: boolean;
  readonly normalizeRewards: boolean;
  readonly observationClip: number;
  readonly rewardClip: number;
}

/** Collects one rollout after the other; its state includes that of the environments. */
export interface RolloutCollector extends Stateful {
  /** What was collected last, with advantages and value targets. */
  readonly rollout: Rollout;
  readonly episodes: EpisodeStatistics;
  /** Statistics of observations, where they are normalized. */
  readonly normalizer: ObservationNormalizer | undefined;
  /** Resets the environments: the first thing to do, unless a state is restored. */
  start(seed: number): void;
  /** T steps of every environment. Returns the episodes that ended. */
  collect(): Promise<readonly Episode[]>;
  /** What the last rollouts were like: returns and lengths of episodes, and how well values explained them. */
  metrics(): Metrics;
  /** Releases its programs; the environments are the caller's. */
  dispose(): void;
}

/** What a collector is made of. */
export interface RolloutCollectorOptions extends Omit<RolloutActorOptions, 'count'> {
  readonly environment: VectorEnvironment;
  readonly config: CollectorConfig;
}

/** A collector over `environment` with the policy whose parameters lie in the place `parameters`. */
export async function rolloutCollector({
  environment,
  config,
  ...acting
}: RolloutCollectorOptions): Promise<RolloutCollector> {
  const { count } = environment;
  const { observationSize, actionSize, actionSpace } = acting.model;
  const steps = config.rolloutSteps;
  const actor = await rolloutActor({ ...acting, count });
  const record = rollout({ steps, environments: count, observationSize, actionSize });
  const episodes = episodeStatistics(count);
  const normalizer = config.normalizeObservations
    ? observationNormalizer(observationSize, { clip: config.observationClip })
    : undefined;
  const rewardScale = config.normalizeRewards
    ? rewardNormalizer(count, config.discount, { clip: config.rewardClip })
    : undefined;

  const seen = new Float32Array(count * observationSize);
  const seenLast = new Float32Array(count * observationSize);
  const sent = new Float32Array(count * actionSize);
  const rewards = new Float64Array(count);

  /** Shows the environments' observations as the policy sees them. */
  function see(): void {
    seen.set(environment.observations);
    normalizer?.normalize(seen);
  }
  /** Takes new observations in. */
  function look(): void {
    normalizer?.update(environment.observations);
    see();
  }
  /** Acts once in every environment and writes down what came of it. */
  async function act(step: number): Promise<readonly Episode[]> {
    const decisions = await actor.decide(seen);
    recordDecisions(record, step, decisions);
    environmentActions(actionSpace, decisions.actions, sent);
    environment.step(sent);

    const { terminated, truncated } = environment;
    rewards.set(environment.rewards);
    rewardScale?.update(rewards, terminated, truncated);
    rewardScale?.normalize(rewards);
    recordOutcomes(record, step, { rewards, terminated, truncated });
    return episodes.record(environment.rewards, terminated, truncated);
  }
  /** The value of what each truncated episode saw last stands in for its future. */
  async function judgeTruncated(step: number): Promise<void> {
    if (!environment.truncated.includes(1)) return;
    seenLast.set(environment.finalObservations);
    normalizer?.normalize(seenLast);
    const values = await actor.judge(seenLast);
    environment.truncated.forEach((truncated, i) => {
      if (truncated) record.nextValues[step * count + i] = values[i]!;
    });
  }

  return {
    rollout: record,
    episodes,
    normalizer,
    start(seed) {
      environment.reset(seed);
      look();
    },
    async collect() {
      const ended: Episode[] = [];
      for (let step = 0; step < steps; step++) {
        ended.push(...(await act(step)));
        look();
        await judgeTruncated(step);
      }
      completeNextValues(record, await actor.judge(seen));
      generalizedAdvantage(record, config);
      return ended;
    },
    metrics: () => ({
      'rollout/ep_rew_mean': episodes.meanReturn(),
      'rollout/ep_len_mean': episodes.meanLength(),
      'rollout/success_rate': episodes.successRate(),
      'time/episodes': episodes.episodes(),
      'train/explained_variance': explainedVariance(record.values, record.valueTargets),
    }),
    state: () => ({
      ...episodes.state(),
      ...normalizer?.state(),
      ...rewardScale?.state(),
      ...(environment.resumable && environment.state()),
    }),
    restore(snapshot) {
      episodes.restore(snapshot);
      normalizer?.restore(snapshot);
      rewardScale?.restore(snapshot);
      if (environment.resumable) {
        environment.restore(snapshot.arrays);
        see();
      } else {
        // Without a state of its own an environment starts new episodes; the count of the old ones is as good a seed
        // as any, and the same each time.
        environment.reset(episodes.episodes());
        look();
      }
    },
    dispose: () => actor.dispose(),
  };
}
