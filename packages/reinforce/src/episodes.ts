/**
 * Collecting whole episodes, one after the other.
 *
 * Shapes: R rows, one a step; rows of one episode are consecutive.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { VectorEnvironment } from '@ascent-rl/environments';
import {
  interaction,
  recordDecisions,
  recordOutcomes,
  rollout,
  rolloutActor,
  type Episode,
  type ExperienceSource,
  type Interaction,
  type Rollout,
  type RolloutActorOptions,
} from '@ascent-rl/training';
import type { ReinforceConfig } from './reinforce-config.ts';

/** Collects whole episodes; its state includes that of the environment. */
export interface EpisodeCollector extends ExperienceSource {
  /** What was collected last; it has room for more rows than that. */
  readonly record: Rollout;
  /** R: rows that were collected last. */
  readonly rows: number;
  /** The environment as the policy sees it. */
  readonly world: Interaction;
  /** Plays `count` episodes with the policy as it is. */
  collect(count: number): Promise<readonly Episode[]>;
  /** Releases its programs; the environment is the caller's. */
  dispose(): void;
}

/** What a collector is made of. */
export interface EpisodeCollectorOptions extends Omit<RolloutActorOptions, 'count'> {
  readonly environment: VectorEnvironment;
  readonly config: ReinforceConfig;
}

/**
 * A collector of episodes of `environment`.
 *
 * @throws ConfigError for several environments side by side: the first episodes to end would be the short ones, and a
 *   gradient of them is biased.
 */
export async function episodeCollector({
  environment,
  config,
  ...acting
}: EpisodeCollectorOptions): Promise<EpisodeCollector> {
  const { count, terminated, truncated } = environment;
  if (count !== 1) {
    throw new ConfigError(
      `reinforce: expected one environment, got ${count} side by side, where short episodes end first; make one, ` +
        'and set episodesPerUpdate for larger batches',
    );
  }
  const { observationSize, actionSize } = acting.model;
  const actor = await rolloutActor({ ...acting, count });
  const world = interaction(environment, config);
  let record = rollout({ steps: 8 * config.batchSize, environments: 1, observationSize, actionSize });
  let rows = 0;

  return {
    get record() {
      return record;
    },
    get rows() {
      return rows;
    },
    world,
    async collect(episodes) {
      const ended: Episode[] = [];
      for (rows = 0; ended.length < episodes; rows++) {
        if (rows === record.rows) record = withTwiceTheRoom(record);
        const decisions = await actor.decide(world.observations);
        recordDecisions(record, rows, decisions);
        ended.push(...world.step(decisions.actions));
        recordOutcomes(record, rows, { rewards: world.rewards, terminated, truncated });
        // Only a value function can stand in for the future of an episode that was cut short.
        const judged = truncated[0] && config.baseline === 'value';
        record.nextValues[rows] = judged ? (await actor.judge(world.finalObservations()))[0]! : 0;
      }
      return ended;
    },
    start: (seed) => world.start(seed),
    state: () => world.state(),
    restore: (snapshot) => world.restore(snapshot),
    dispose: () => actor.dispose(),
  };
}

function withTwiceTheRoom(record: Rollout): Rollout {
  const larger = rollout({ ...record, steps: 2 * record.steps });
  for (const name of Object.keys(record) as (keyof Rollout)[]) {
    const [from, to] = [record[name], larger[name]];
    if (typeof from !== 'number' && typeof to !== 'number') to.set(from);
  }
  return larger;
}
