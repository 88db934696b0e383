/** The vectorised environment of anybody's environments in worker threads, over shared memory. */
import { CheckpointError, ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import type { Json } from '../environment.ts';
import { expectStepLimit } from '../time-limit.ts';
import {
  expectCount,
  expectLength,
  savedArray,
  type VectorEnvironment,
} from '../vector/vector-environment.ts';
import { decodeJson, encodeJson, vectorize } from '../vector/vectorize.ts';
import { sharedArrays, sharedMemory } from './memory.ts';
import { loadFactory } from './module.ts';
import { startWorkers } from './team.ts';
import { availableParallelism } from './threads.ts';

/** Options of {@link vectorizeInWorkers}. */
export interface WorkersOptions {
  /** How many copies step together, at least 1. */
  readonly count: number;
  /** How many threads share the copies, from 1 to `count`. Default: as many as run at a time. */
  readonly workers?: number;
  /** Steps after which an episode is truncated; by default none is. */
  readonly maxEpisodeSteps?: number;
}

/**
 * Copies of an environment, divided among threads that step at the same time: for environments whose steps take longer
 * than some 50 microseconds, which is what it costs to wake a thread. Everything else is as in `vectorize`: autoreset,
 * seeds, checks, and the state, so that one can continue what the other has saved.
 *
 * @param module - Of the environment: exports `environment`, a function from the index of a copy to an Environment. It
 *   is loaded by every worker, and here, where one environment is made and closed again to learn its spaces. Write
 *   `new URL('./my-environment.js', import.meta.url)`.
 * @throws ConfigError for a number of copies or workers outside its range; EnvironmentError for a module that cannot be
 *   used; UnsupportedError on a page's main thread, which must not wait. After an error in `step` or `reset`, that of an
 *   environment or a worker that ended by itself, all workers are shut down.
 */
export async function vectorizeInWorkers(
  module: URL,
  { count, workers, maxEpisodeSteps }: WorkersOptions,
): Promise<VectorEnvironment> {
  expectCount('vectorizeInWorkers', count);
  if (maxEpisodeSteps !== undefined) expectStepLimit(maxEpisodeSteps);
  const threads = workers ?? Math.min(count, availableParallelism());
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > count) {
    throw new ConfigError(
      `vectorizeInWorkers: expected workers to be a whole number from 1 to ${count}, got ${threads}`,
    );
  }
  const sample = vectorize(await loadFactory(module.href, maxEpisodeSteps), 1);
  sample.close();
  const { id, observationSpace, actionSpace, observationSize, actionSize, resumable } = sample;
  const maskSize = sample.actionMasks?.length ?? 0;

  const sizes = { count, observationSize, actionSize, maskSize };
  const memory = sharedMemory(sizes);
  const {
    actions: sharedActions,
    observations: shared,
    actionMasks,
    finalActionMasks,
    ...results
  } = sharedArrays(memory, sizes, 0, count);
  let observations = shared;
  const show = (): void => {
    if (observations !== shared) observations.set(shared);
  };
  const task = { module: module.href, maxEpisodeSteps, id, sizes, memory };
  const team = await startWorkers(task, threads);

  const expectResumable = (): void => {
    if (resumable) return;
    throw new UnsupportedError(
      `${id}: expected an environment with state() and restore(), got one without; add them to resume exactly`,
    );
  };
  return {
    id,
    count,
    observationSpace,
    actionSpace,
    observationSize,
    actionSize,
    resumable,
    get observations() {
      return observations;
    },
    set observations(replacement) {
      expectLength(id, 'observations', replacement, shared.length);
      replacement.set(observations);
      observations = replacement;
    },
    ...results,
    ...(maskSize > 0 && { actionMasks, finalActionMasks }),
    reset(seed) {
      team.reset(seed);
      show();
    },
    step(actions) {
      expectLength(id, 'actions', actions, sharedActions.length);
      sharedActions.set(actions);
      team.step();
      show();
    },
    state() {
      expectResumable();
      const states = team.save().flatMap((text) => JSON.parse(text) as Json[]);
      return {
        'environments.states': encodeJson(states),
        'environments.observations': new Float32Array(observations),
      };
    },
    restore(saved) {
      expectResumable();
      const states = decodeJson(savedArray(saved, 'environments.states'));
      if (states.length !== count) {
        throw new CheckpointError(
          `restore: expected the states of ${count} environments, got ${states.length}`,
        );
      }
      shared.set(savedArray(saved, 'environments.observations', shared.length));
      show();
      team.restore((start, stop) => JSON.stringify(states.slice(start, stop)));
    },
    close: () => team.close(),
  };
}
