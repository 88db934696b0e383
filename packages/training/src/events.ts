/** What a training says while it runs: a stream of events that anything can listen to. */
import type { Metrics } from './metrics.ts';
import type { Episode } from './statistics.ts';

/** Experience was collected and learned from: once, or as often as the algorithm does between two reports. */
export interface IterationEvent {
  readonly type: 'iteration';
  /** Environment steps so far, over all environments. */
  readonly step: number;
  /** Iterations so far. */
  readonly iteration: number;
  /** Episodes that ended in this one. */
  readonly episodes: readonly Episode[];
  /** Numbers to plot, without those of the clock. */
  readonly metrics: Metrics;
}

/** The policy was evaluated in environments of its own. */
export interface EvaluationEvent {
  readonly type: 'evaluation';
  readonly step: number;
  /** Return of each episode. */
  readonly returns: readonly number[];
  /** Length of each episode. */
  readonly lengths: readonly number[];
  readonly metrics: Metrics;
}

/** The training can go on from here, whatever happens. */
export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly step: number;
}

/** Any event of a training. */
export type TrainingEvent = IterationEvent | EvaluationEvent | CheckpointEvent;
