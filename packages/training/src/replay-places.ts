/** A batch from replay as programs read it: places named `batch.…`. */
import type { Shape } from '@ascent-rl/core';
import type { Places } from './compiled.ts';
import type { ReplayBatch, ReplayShape } from './replay-buffer.ts';

/** The arrays of a batch that learning reads. */
export type ReplayTable = Exclude<keyof ReplayBatch, 'rows'>;

/** Shapes of the tables for a trace: `{ batch: replayShapes(batchSize, policy) }`. */
export function replayShapes(
  rows: number,
  { observationSize, actionSize }: Pick<ReplayShape, 'observationSize' | 'actionSize'>,
): Record<ReplayTable, Shape> {
  return {
    observations: [rows, observationSize],
    actions: [rows, actionSize],
    rewards: [rows],
    nextObservations: [rows, observationSize],
    discounts: [rows],
  };
}

const tables = ['observations', 'actions', 'rewards', 'nextObservations', 'discounts'] as const;

/** Copies a batch into its places. */
export function writeReplay(batch: ReplayBatch, places: Places): void {
  for (const name of tables) places[`batch.${name}`]!.write(batch[name]);
}
