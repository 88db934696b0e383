/**
 * Collecting whole episodes.
 *
 * Shapes: N environments, R rows, one a step; rows of one episode are consecutive.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { VectorEnvironment } from '@ascent-rl/environments';
import {
  interaction,
  rolloutActor,
  type Episode,
  type ExperienceSource,
  type Interaction,
  type Rollout,
  type RolloutActorOptions,
} from '@ascent-rl/training';
import { episodeRecord, joinRecords } from './episode-record.ts';
import type { ReinforceConfig } from './reinforce-config.ts';

/** Collects whole episodes; its state includes that of the environments. */
export interface EpisodeCollector extends ExperienceSource {
  /** What was collected last; it has room for more rows than that. */
  readonly record: Rollout;
  /** R: rows that were collected last. */
  readonly rows: number;
  /** The environments as the policy sees them. */
  readonly world: Interaction;
  /** Plays `count` episodes, a multiple of N, with the policy as it is. */
  collect(count: number): Promise<readonly Episode[]>;
  /** Releases its programs; the environments are the caller's. */
  dispose(): void;
}

/** What a collector is made of. */
export interface EpisodeCollectorOptions extends Omit<RolloutActorOptions, 'count'> {
  readonly environment: VectorEnvironment;
  readonly config: ReinforceConfig;
}

/**
 * A collector of episodes of `environment`. Environments side by side play the same number of episodes each, and those
 * that are done wait for the others: taking whichever episodes end first would favour short ones.
 *
 * @throws ConfigError where the episodes of an update cannot be shared out evenly.
 */
export async function episodeCollector({
  environment,
  config,
  ...acting
}: EpisodeCollectorOptions): Promise<EpisodeCollector> {
  const { count, terminated, truncated } = environment;
  if (config.episodesPerUpdate % count !== 0) {
    throw new ConfigError(
      `reinforce: expected episodesPerUpdate to be a multiple of the ${count} environments, each of which plays its ` +
        `share, got ${config.episodesPerUpdate}`,
    );
  }
  const actor = await rolloutActor({ ...acting, count });
  const world = interaction(environment, config, acting.model.senses);
  const records = Array.from({ length: count }, () => episodeRecord(acting.model, 8 * config.batchSize));
  let joined = { record: records[0]!.record, rows: 0 };

  /** One step of all environments, of which `left` says how many episodes they still have to play. */
  async function step(left: Uint32Array): Promise<readonly Episode[]> {
    const decisions = await actor.decide(world.observations);
    for (let i = 0; i < count; i++) if (left[i]! > 0) records[i]!.decide(decisions, i);
    const ended = world.step(decisions.actions);
    // Only a value function can stand in for the future of an episode that was cut short.
    const judged = config.baseline === 'value' && truncated.includes(1);
    const finalValues = judged ? await actor.judge(world.finalObservations()) : undefined;
    for (let i = 0; i < count; i++) {
      if (left[i] === 0) continue;
      const nextValue = truncated[i] ? (finalValues?.[i] ?? 0) : 0;
      records[i]!.conclude({ rewards: world.rewards, terminated, truncated }, i, nextValue);
    }
    return ended;
  }

  return {
    get record() {
      return joined.record;
    },
    get rows() {
      return joined.rows;
    },
    world,
    async collect(episodes) {
      const ended: Episode[] = [];
      const left = new Uint32Array(count).fill(episodes / count);
      // Those that waited were on the way in episodes that nobody records.
      if (count > 1) world.start(acting.random.integers(0, 2 ** 31));
      for (const record of records) record.clear();
      while (ended.length < episodes) {
        for (const episode of await step(left)) {
          ended.push(episode);
          left[episode.environment]!--;
          if (count > 1 && left[episode.environment] === 0) world.episodes.pause(episode.environment);
        }
      }
      joined = joinRecords(records, joined.record);
      return ended;
    },
    start: (seed) => world.start(seed),
    state: () => world.state(),
    restore: (snapshot) => world.restore(snapshot),
    dispose: () => actor.dispose(),
  };
}
