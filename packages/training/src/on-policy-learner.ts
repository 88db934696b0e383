/** The part of a learner that on-policy algorithms have in common: counting, reporting, stopping, saving. */
import type { Agent } from './agent.ts';
import type { Snapshot, Stateful } from './checkpoint.ts';
import type { Places } from './compiled.ts';
import type { Learner } from './learner.ts';
import { restoreLearner, snapshotLearner, type Streams } from './learner-state.ts';
import type { Metrics } from './metrics.ts';
import type { Episode } from './statistics.ts';

/** Experience that was collected and learned from. */
export interface LearnedFrom {
  /** Environment steps, over all environments. */
  readonly steps: number;
  readonly episodes: readonly Episode[];
  readonly metrics: Metrics;
}

/** What collects experience; its state is saved with the learner's. */
export interface ExperienceSource extends Stateful {
  /** Starts all episodes: the first thing to do, unless a state is restored. */
  start(seed: number): void;
}

/** What an on-policy learner is made of. */
export interface OnPolicyOptions {
  readonly agent: Agent;
  /** Environment steps after which the training is done. */
  readonly totalSteps: number;
  readonly seed: number;
  /** Where an earlier learner stopped, if any. */
  readonly snapshot: Snapshot | undefined;
  /** Places whose values last, with their first values written. */
  readonly places: Places;
  readonly random: Streams<string>;
  readonly collector: ExperienceSource;
  /** See {@link Learner.resumable}; default true. */
  readonly resumable?: boolean;
  /** Collects and learns, having done `step` steps. */
  iterate(step: number): Promise<LearnedFrom>;
  /** Releases programs and places. */
  dispose(): void;
}

/**
 * A learner that alternates between collecting experience and learning from it.
 *
 * @throws CheckpointError when the snapshot belongs to another architecture or environment.
 */
export function onPolicyLearner({
  agent,
  totalSteps,
  seed,
  snapshot,
  places,
  random,
  collector,
  resumable = true,
  iterate,
  dispose,
}: OnPolicyOptions): Learner {
  let step = 0;
  let iteration = 0;
  if (snapshot) ({ step, iteration } = restoreLearner(snapshot, { places, random, collector }));
  else collector.start(seed);

  return {
    agent,
    get step() {
      return step;
    },
    totalSteps,
    resumable,
    async *train() {
      while (step < totalSteps) {
        const { steps, episodes, metrics } = await iterate(step);
        step += steps;
        iteration += 1;
        const counts = { 'time/iterations': iteration, 'time/total_timesteps': step };
        yield { type: 'iteration', step, iteration, episodes, metrics: { ...counts, ...metrics } };
      }
    },
    snapshot: () => snapshotLearner({ step, iteration, places, random, collector }),
    dispose,
  };
}
