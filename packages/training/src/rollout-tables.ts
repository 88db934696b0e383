/** A rollout as programs read it: tables of R rows in places named `rollout.…`, from which minibatches gather. */
import type { Shape } from '@ascent-rl/core';
import type { ActorCritic } from './actor-critic.ts';
import type { Places } from './compiled.ts';
import type { Rollout } from './rollout.ts';

/** The arrays of a rollout that learning reads. */
export type RolloutTable =
  'observations' | 'actions' | 'logProbabilities' | 'values' | 'advantages' | 'valueTargets';

/** Shapes of the tables for a trace: `{ rollout: rolloutShapes(model, rows) }`. */
export function rolloutShapes(model: ActorCritic, rows: number): Record<RolloutTable, Shape> {
  return {
    observations: [rows, model.observationSize],
    actions: [rows, model.actionSize],
    logProbabilities: [rows],
    values: [rows],
    advantages: [rows],
    valueTargets: [rows],
  };
}

/** Copies a rollout into its places; tables that the program does not read have a place too. */
export function writeRollout(rollout: Rollout, places: Places): void {
  const tables: Record<RolloutTable, Float32Array> = rollout;
  for (const [name, place] of Object.entries(places)) {
    if (name.startsWith('rollout.')) place.write(tables[name.slice('rollout.'.length) as RolloutTable]);
  }
}
