/**
 * A training that leaves a run folder: its events pass through, and on the way are logged, checkpointed and evaluated.
 *
 * What is written depends on the learner's state alone (metrics of the clock aside), so a run that was killed and
 * resumed leaves the same files as one that was not.
 */
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { ConfigError } from '@ascent-rl/core/errors';
import type { VectorEnvironment } from '@ascent-rl/environments';
import { evaluate } from '../evaluation.ts';
import type { EvaluationEvent, TrainingEvent } from '../events.ts';
import type { Learner } from '../learner.ts';
import type { Run } from './run.ts';

/** Options of {@link recordTraining}. */
export interface RecordOptions {
  /** Environment steps between checkpoints, at least 1; default 10,000. There is always one at the end. */
  readonly checkpointEvery?: number;
  /** How to evaluate; by default not at all. */
  readonly evaluation?: RecordedEvaluation;
  /** Stops after the iteration in which it is aborted, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** The time in milliseconds, for the metrics of the clock only; `performance.now` by default. */
  readonly now?: () => number;
}

/** Evaluations beside a training. */
export interface RecordedEvaluation {
  /** Environments of its own, which the caller closes. */
  readonly environment: VectorEnvironment;
  /** Episodes of one evaluation, at least 1. */
  readonly episodes: number;
  /** Seed of the environments, the same each time. */
  readonly seed: number;
  /** Environment steps between evaluations, at least 1; by default there is one, at the end. */
  readonly every?: number;
}

/**
 * Trains until the learner is done, the signal is aborted or the caller stops iterating, and keeps `run` up to date.
 * A learner that is done already is evaluated once more.
 *
 * @throws ConfigError for intervals below 1; NumericalError when training diverges; CheckpointError when the disk
 *   fails. The last checkpoint survives all of them.
 *
 * @example
 * ```ts
 * const run = createRun('runs/first', config);
 * for await (const event of recordTraining(learner, run)) console.log(event.type, event.step);
 * run.close();
 * ```
 */
export async function* recordTraining(
  learner: Learner,
  run: Run,
  { checkpointEvery = 10_000, evaluation, signal, now = () => performance.now() }: RecordOptions = {},
): AsyncGenerator<TrainingEvent, void, void> {
  expectInterval('checkpointEvery', checkpointEvery);
  if (evaluation?.every !== undefined) expectInterval('evaluation.every', evaluation.every);
  const start = { time: now(), step: learner.step };
  let previous = start.step;

  for await (const event of learner.train()) {
    const { step } = event;
    const seconds = (now() - start.time) / 1000;
    const clock = { 'time/fps': (step - start.step) / seconds, 'time/time_elapsed': seconds };
    const timed = { ...event, metrics: { ...event.metrics, ...clock } };
    run.log(step, timed.metrics);
    yield timed;

    const isLast = step >= learner.totalSteps;
    const isDue = (every: number): boolean => Math.floor(step / every) > Math.floor(previous / every);
    if (evaluation?.every !== undefined && isDue(evaluation.every) && !isLast) {
      const evaluated = await evaluationOf(learner, evaluation);
      run.log(step, evaluated.metrics);
      yield evaluated;
    }
    await eventLoopTurn(); // a synchronous backend never lets a signal through otherwise
    if (isLast || isDue(checkpointEvery) || signal?.aborted) {
      run.save(await learner.snapshot());
      yield { type: 'checkpoint', step };
    }
    if (signal?.aborted) return;
    previous = step;
  }
  // After the checkpoint, so that whatever goes wrong in these episodes costs no training; resumed, a run has them left.
  if (evaluation && learner.step >= learner.totalSteps) {
    const evaluated = await evaluationOf(learner, evaluation);
    const { step, metrics } = evaluated;
    const isLogged = run.metrics().some((line) => line.step === step && 'eval/mean_reward' in line);
    if (!isLogged) run.log(step, metrics);
    yield evaluated;
  }
}

/** Evaluates a learner where it stands. */
async function evaluationOf(
  learner: Learner,
  { environment, episodes, seed }: RecordedEvaluation,
): Promise<EvaluationEvent> {
  const { returns, lengths, meanReturn, meanLength } = await evaluate(learner.agent, environment, {
    episodes,
    seed,
  });
  const metrics = { 'eval/mean_reward': meanReturn, 'eval/mean_ep_length': meanLength };
  return { type: 'evaluation', step: learner.step, returns, lengths, metrics };
}

function expectInterval(name: string, steps: number): void {
  if (!(steps >= 1))
    throw new ConfigError(`recordTraining: expected ${name} of at least 1 step, got ${steps}`);
}
