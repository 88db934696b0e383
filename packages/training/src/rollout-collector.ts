/**
 * Collecting rollouts: the policy acts in all environments, and what happens is written down with its advantages.
 *
 * Shapes: T steps, N environments, H numbers in the state of a policy's memory.
 */
import type { VectorEnvironment } from '@ascent-rl/environments';
import { generalizedAdvantage } from './advantage.ts';
import { restoreArray, type Stateful } from './checkpoint.ts';
import { interaction, type InteractionConfig, type SharedMoments } from './interaction.ts';
import type { Metrics } from './metrics.ts';
import type { ObservationNormalizer } from './normalization.ts';
import { rolloutActor, type RolloutActorOptions } from './rollout-actor.ts';
import { completeNextValues, recordDecisions, recordOutcomes, rollout, type Rollout } from './rollout.ts';
import { explainedVariance, type Episode, type EpisodeStatistics } from './statistics.ts';

/** What a collector needs of a configuration. */
export interface CollectorConfig extends InteractionConfig {
  /** T */
  readonly rolloutSteps: number;
  readonly lambda: number;
}

/** Collects one rollout after the other; its state includes that of the environments. */
export interface RolloutCollector extends Stateful {
  /** What was collected last, with advantages and value targets. */
  readonly rollout: Rollout;
  /** What the policy's memory held at the start of the rollout, [N, H]; empty without a memory. */
  readonly states: Float32Array;
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
  /** Where the statistics of observations and rewards lie, if not in arrays of its own. */
  readonly moments?: SharedMoments;
}

/** A collector over `environment` with the policy whose parameters lie in the place `parameters`. */
export async function rolloutCollector({
  environment,
  config,
  moments,
  ...acting
}: RolloutCollectorOptions): Promise<RolloutCollector> {
  const { count, terminated, truncated } = environment;
  const { observationSize, actionSize } = acting.model;
  const steps = config.rolloutSteps;
  const actor = await rolloutActor({ ...acting, count });
  const record = rollout({ steps, environments: count, observationSize, actionSize });
  const world = interaction(environment, config, acting.model.senses, moments);
  const states = new Float32Array(actor.memory?.size ?? 0);
  const lastStates = new Float32Array(states.length);

  /** Acts once in every environment and writes down what came of it. */
  async function act(step: number): Promise<readonly Episode[]> {
    const decisions = await actor.decide(world.observations);
    recordDecisions(record, step, decisions);
    const ended = world.step(decisions.actions);
    recordOutcomes(record, step, { rewards: world.rewards, terminated, truncated });
    return ended;
  }
  /** The value of what each truncated episode saw last stands in for its future. */
  async function judgeTruncated(step: number): Promise<void> {
    if (!truncated.includes(1)) return;
    const values = await actor.judge(world.finalObservations());
    truncated.forEach((isTruncated, i) => {
      if (isTruncated) record.nextValues[step * count + i] = values[i]!;
    });
  }

  return {
    rollout: record,
    states,
    episodes: world.episodes,
    normalizer: world.normalizer,
    start: (seed) => world.start(seed),
    async collect() {
      const ended: Episode[] = [];
      states.set(lastStates);
      for (let step = 0; step < steps; step++) {
        ended.push(...(await act(step)));
        await judgeTruncated(step);
      }
      completeNextValues(record, await actor.judge(world.observations));
      generalizedAdvantage(record, config);
      await actor.memory?.read(lastStates);
      return ended;
    },
    metrics: () => ({
      ...world.metrics(),
      'train/explained_variance': explainedVariance(record.values, record.valueTargets),
    }),
    state: () => ({ ...world.state(), ...(actor.memory && { 'memory.state': lastStates }) }),
    restore(snapshot) {
      world.restore(snapshot);
      if (!actor.memory) return;
      restoreArray(snapshot, 'memory.state', lastStates);
      actor.memory.write(lastStates);
    },
    dispose: () => actor.dispose(),
  };
}
