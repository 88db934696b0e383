/** The one shape that every algorithm has for those who run it: a learner that the caller drives. */
import type { Backend } from '@ascent-rl/core';
import type { VectorEnvironment } from '@ascent-rl/environments';
import type { Agent } from './agent.ts';
import type { Snapshot } from './checkpoint.ts';
import type { IterationEvent } from './events.ts';

/** What a training happens in. */
export interface World {
  readonly environment: VectorEnvironment;
  readonly backend: Backend;
}

/** A module that makes worlds: for worker threads, to which neither environments nor backends can be sent. */
export interface WorldModule {
  /** Makes a world with `count` environments side by side. */
  world(data: unknown, count: number): Promise<World>;
}

/** Where a {@link WorldModule} is. */
export interface WorldReference {
  /** URL of the module. */
  readonly url: string;
  /** What its `world` is called with; something that can be sent to a thread. */
  readonly data?: unknown;
}

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
  /** Where algorithms with worker threads of their own, such as A3C, take environments and backends from. */
  readonly world?: WorldReference;
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
   * False where the algorithm does not resume exactly as if it had never stopped. One that does also needs an environment
   * that does: see {@link VectorEnvironment.resumable}.
   */
  readonly resumable?: boolean;
  /**
   * Learns until `totalSteps` are done or the caller stops iterating; calling it again continues.
   *
   * @throws NumericalError when a quantity becomes NaN or infinite.
   */
  train(): AsyncGenerator<IterationEvent, void, void>;
  /**
   * Everything needed to continue bit for bit, between two iterations. Some arrays are the learner's own: encode or copy
   * them before training goes on.
   */
  snapshot(): Promise<Snapshot>;
  /** Releases programs and places. */
  dispose(): void;
}
