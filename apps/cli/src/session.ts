/** A session: a backend, environments and a learner made from settings, ready to train or to act. */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Backend } from '@ascent-rl/core';
import type { VectorEnvironment } from '@ascent-rl/environments';
import type { Learner, Snapshot } from '@ascent-rl/training';
import { environmentSource, type EnvironmentSource } from './environments.ts';
import { dumped } from './dump.ts';
import { findAlgorithm, loadBackend } from './registry.ts';
import { readSettings, type Settings } from './settings.ts';
import { worldReference } from './world.ts';

/** What was made; close it in the end. */
export interface Session {
  readonly settings: Settings;
  /** Name of the environment, for titles. */
  readonly environmentName: string;
  /** Where its environments come from. */
  readonly source: EnvironmentSource;
  readonly backend: Backend;
  readonly learner: Learner;
  /** Whether a resumed training goes on exactly as one that never stopped. */
  readonly resumable: boolean;
  /** Environments to evaluate in, closed with the session. */
  evaluationEnvironment(episodes: number): VectorEnvironment;
  close(): Promise<void>;
}

/** How a session runs, which changes none of its results on one backend. */
export interface Execution {
  /** Name of the backend; default: that of the settings. */
  readonly backend?: string | undefined;
  /** Threads that a program large enough may use; default: as the backend has it. */
  readonly threads?: number | undefined;
  /** Folder to write the compiled programs to. */
  readonly dump?: string | undefined;
}

/**
 * The seed of evaluations: training environment i has seed `seed + i`, so these are others.
 */
export function evaluationSeed(seed: number): number {
  return seed + 1_000_000;
}

/** Environments side by side in an evaluation. The returns depend on their number, so it is the same everywhere. */
const evaluationEnvironments = 10;

/**
 * Makes a session, at the beginning of a training or where a snapshot left it.
 *
 * @throws AscentError for whatever is wrong with the settings: nothing was written or trained.
 */
export async function openSession(
  given: Settings,
  {
    snapshot,
    source: known,
    backend: backendName = given.backend,
    threads,
    dump,
  }: Execution & {
    readonly snapshot?: Snapshot | undefined;
    readonly source?: EnvironmentSource;
  } = {},
): Promise<Session> {
  const settings = { ...given, backend: backendName };
  const algorithm = findAlgorithm(settings.algorithm);
  const source = known ?? (await environmentSource(settings.environment));
  const config = settings.hyperparameters;
  const environments: VectorEnvironment[] = [];
  const make = (count: number): VectorEnvironment => {
    const environment = source.make(count);
    environments.push(environment);
    return environment;
  };
  const loaded = await loadBackend(backendName, threads === undefined ? {} : { threads });
  const backend = dump === undefined ? loaded : dumped(loaded, dump);
  const closeBase = async (): Promise<void> => {
    for (const each of environments) each.close();
    await backend.close();
  };
  try {
    const { seed } = settings;
    const environment = make((config['environments'] as number | undefined) ?? 1);
    const learner = await algorithm.learner({
      environment,
      backend,
      config,
      seed,
      world: worldReference({ environment: source.reference, backend: backendName, dump }),
      ...(snapshot && { snapshot }),
    });
    return {
      settings,
      environmentName: source.name,
      source,
      backend,
      learner,
      resumable: environment.resumable && learner.resumable !== false,
      evaluationEnvironment: (episodes) => make(Math.min(episodes, evaluationEnvironments)),
      async close() {
        learner.dispose();
        await closeBase();
      },
    };
  } catch (error) {
    await closeBase();
    if ((error as Error).name !== 'RangeError') throw error;
    throw new ConfigError(
      `${settings.algorithm}: this configuration does not fit into memory (${(error as Error).message}); give it fewer environments, ` +
        'shorter rollouts or smaller layers',
      { cause: error },
    );
  }
}

/**
 * A session with the policy of a run folder, which is only read.
 *
 * @throws ConfigError where there is no run or it has no checkpoint yet; CheckpointError where that is damaged.
 */
export async function openTrained(folder: string, backend?: string): Promise<Session> {
  const { settings, reader } = readSettings(folder);
  const snapshot = reader.checkpoint();
  if (snapshot === undefined) {
    throw new ConfigError(
      `run "${folder}": it has no checkpoint yet; start it again with \`npx ascent train --resume ${folder}\``,
    );
  }
  return openSession(settings, { snapshot, backend });
}
