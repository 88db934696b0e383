/** Learning results as they are stored in docs/results. */
import { readdirSync, readFileSync } from 'node:fs';

/** One training and its evaluation. */
export interface StoredRun {
  readonly seed: number;
  /** Environment steps trained. */
  readonly steps: number;
  /** Mean return of the evaluation episodes, deterministic policy. */
  readonly meanReturn: number;
  readonly returnDeviation: number;
  readonly episodes: number;
  /** Wall time of the training, on a shared machine. */
  readonly seconds: number;
  /** Mean return of the last 100 training episodes on the way; older records have none. */
  readonly curve?: LearningCurve;
}

/** Returns by step. */
export interface LearningCurve {
  readonly steps: readonly number[];
  readonly returns: readonly number[];
}

/** Trainings that differ in their seed. */
export interface StoredResult {
  readonly algorithm: string;
  readonly environment: string;
  readonly command: string;
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly runs: readonly StoredRun[];
}

/** Where results are stored. */
export const resultsFolder: URL = new URL('../../docs/results/', import.meta.url);

/** All stored results, by file name. */
export function storedResults(): StoredResult[] {
  return readdirSync(resultsFolder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, resultsFolder), 'utf8')) as StoredResult);
}

/**
 * The curve of a run, thinned to `points` moments.
 *
 * @param metrics - The lines of its metrics.jsonl.
 */
export function learningCurve(metrics: string, points: number): LearningCurve {
  const lines = linesOf(metrics).filter((line) => typeof line['rollout/ep_rew_mean'] === 'number');
  const kept = thinned(lines, points);
  return {
    steps: kept.map((line) => line['step']!),
    returns: kept.map((line) => Number(line['rollout/ep_rew_mean']!.toFixed(2))),
  };
}

/**
 * The seconds that a training took; those of a resumed one begin anew each time.
 *
 * @param metrics - The lines of its metrics.jsonl.
 */
export function trainingSeconds(metrics: string): number {
  const elapsed = linesOf(metrics).flatMap((line) => line['time/time_elapsed'] ?? []);
  const ends = elapsed.filter((seconds, i) => seconds > (elapsed[i + 1] ?? 0));
  return ends.reduce((sum, seconds) => sum + seconds, 0);
}

function linesOf(metrics: string): Readonly<Record<string, number | null>>[] {
  return metrics
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, number | null>>);
}

/** At most so many of the items, evenly spaced, the first and the last among them. */
export function thinned<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}
