/**
 * Collecting rollouts: the policy acts in all environments, and what happens is written down with its advantages.
 *
 * Shapes: T steps, N environments, S numbers in an observation, A in an action, K in the noise of an action.
 */
import { trace, type Backend, type DeviceArray } from '@ascent-rl/core';
import type { Generator } from '@ascent-rl/core/random';
import type { VectorEnvironment } from '@ascent-rl/environments';
import type { ActorCritic } from './actor-critic.ts';
import { generalizedAdvantage } from './advantage.ts';
import type { Stateful } from './checkpoint.ts';
import { compileProgram, readPlace } from './compiled.ts';
import { environmentActions } from './environment-actions.ts';
import type { Metrics } from './metrics.ts';
import { fillNoise } from './noise.ts';
import { observationNormalizer, rewardNormalizer, type ObservationNormalizer } from './normalization.ts';
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

/** A collector over `environment` with the policy whose parameters lie in the place `parameters`. */
export async function rolloutCollector({
  model,
  environment,
  backend,
  parameters,
  random,
  config,
}: {
  readonly model: ActorCritic;
  readonly environment: VectorEnvironment;
  readonly backend: Backend;
  readonly parameters: DeviceArray;
  readonly random: Generator;
  readonly config: CollectorConfig;
}): Promise<RolloutCollector> {
  const count = environment.count;
  const { observationSize, actionSize, noise, layout } = model;
  const steps = config.rolloutSteps;
  const record = rollout({ steps, environments: count, observationSize, actionSize });
  const episodes = episodeStatistics(count);
  const normalizer = config.normalizeObservations
    ? observationNormalizer(observationSize, { clip: config.observationClip })
    : undefined;
  const rewardScale = config.normalizeRewards
    ? rewardNormalizer(count, config.discount, { clip: config.rewardClip })
    : undefined;

  const acting = await compileProgram(
    backend,
    trace(
      ({ parameters: flat, observations, noise: draw }) => {
        const { policy, value } = model.apply(layout.unpack(flat), observations);
        const actions = policy.sample(draw);
        return { actions, logProbabilities: policy.logProbability(actions), values: value };
      },
      { parameters: [layout.size], observations: [count, observationSize], noise: [count, noise.size] },
    ),
    { parameters },
  );
  const judging = await compileProgram(
    backend,
    trace(
      ({ parameters: flat, observations }) => ({
        values: model.apply(layout.unpack(flat), observations).value,
      }),
      { parameters: [layout.size], observations: [count, observationSize] },
    ),
    { parameters },
  );

  const decisions = {
    observations: new Float32Array(count * observationSize),
    actions: new Float32Array(count * actionSize),
    logProbabilities: new Float32Array(count),
    values: new Float32Array(count),
  };
  const draw = new Float32Array(count * noise.size);
  const rewards = new Float64Array(count);
  const sent = new Float32Array(count * actionSize);
  const final = { observations: new Float32Array(count * observationSize), values: new Float32Array(count) };

  /** Takes in the environments' observations as the policy sees them. */
  const look = (): void => {
    normalizer?.update(environment.observations);
    see();
  };
  const see = (): void => {
    decisions.observations.set(environment.observations);
    normalizer?.normalize(decisions.observations);
  };
  const decide = async (): Promise<void> => {
    fillNoise(noise.kind, random, draw);
    acting.places['noise']!.write(draw);
    acting.places['observations']!.write(decisions.observations);
    await acting.run();
    for (const name of ['actions', 'logProbabilities', 'values'] as const) {
      await readPlace(acting.places[name]!, decisions[name]);
    }
  };
  const judge = async (observations: Float32Array): Promise<Float32Array> => {
    judging.places['observations']!.write(observations);
    await judging.run();
    await readPlace(judging.places['values']!, final.values);
    return final.values;
  };
  /** The value of what each truncated episode saw last stands in for its future. */
  const judgeTruncated = async (step: number): Promise<void> => {
    if (!environment.truncated.includes(1)) return;
    final.observations.set(environment.finalObservations);
    normalizer?.normalize(final.observations);
    const values = await judge(final.observations);
    environment.truncated.forEach((truncated, i) => {
      if (truncated) record.nextValues[step * count + i] = values[i]!;
    });
  };

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
        await decide();
        recordDecisions(record, step, decisions);
        environmentActions(model.actionSpace, decisions.actions, sent);
        environment.step(sent);

        const { terminated, truncated } = environment;
        ended.push(...episodes.record(environment.rewards, terminated, truncated));
        rewards.set(environment.rewards);
        rewardScale?.update(rewards, terminated, truncated);
        rewardScale?.normalize(rewards);
        recordOutcomes(record, step, { rewards, terminated, truncated });
        look();
        await judgeTruncated(step);
      }
      completeNextValues(record, await judge(decisions.observations));
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
    dispose() {
      acting.dispose();
      judging.dispose();
    },
  };
}
