/** The one shape that every algorithm has for those who run it: a learner that the caller drives. */
import type { Backend } from '@ascent-rl/core';
import type { VectorEnvironment } from '@ascent-rl/environments';
import type { Agent } from './agent.ts';
import type { Snapshot } from './checkpoint.ts';
import type { IterationEvent } from './events.ts';

/** What an algorithm needs to start. */
export interface LearnerOptions<Config> {
  /** Environments to learn in; the learner resets and steps them, the caller closes them. */
  readonly environment: VectorEnvironment;
  /** Where programs run. */
  readonly backend: Backend;
  /** Hyper-parameters; missing ones take their defaults. */
  readonly config?: Config;
  /** Seed of everything random; a whole number ≥ 0. Default 0. */
  readonly seed?: number;
  /** Where an earlier learner stopped; it must have had the same configuration. */
  readonly snapshot?: Snapshot;
}

/** A training in progress. */
export interface Learner {
  /** The policy being trained; acts with the current parameters. */
  readonly agent: Agent;
  /** Environment steps taken so far. */
  readonly step: number;
  /** Environment steps after which the training is done. */
  readonly totalSteps: number;
  /**
   * Learns until `totalSteps` are done or the caller stops iterating; calling it again continues.
   *
   * @throws NumericalError when a quantity becomes NaN or infinite.
   */
  train(): AsyncGenerator<IterationEvent, void, void>;
  /** Everything needed to continue bit for bit, between two iterations. */
  snapshot(): Promise<Snapshot>;
  /** Releases programs and places. */
  dispose(): void;
}
