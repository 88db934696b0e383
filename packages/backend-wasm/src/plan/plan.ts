/** A program, planned: what is computed in which order, and where it is stored. */
import type { Program } from '@ascent-rl/core';
import { buildGraph } from './graph.ts';
import { sideBySide } from './dependencies.ts';
import { schedule, type Schedule } from './schedule.ts';
import { planStorage, type StoragePlan } from './storage.ts';

/** Everything that emitting code needs but the addresses. */
export interface Plan {
  readonly schedule: Schedule;
  readonly storage: StoragePlan;
}

/** Plans a program; see {@link planStorage} for the options. `threads`: whether several threads share the work. */
export function planProgram(
  program: Program,
  options: {
    readonly donate: Readonly<Record<string, string>>;
    readonly aliased: boolean;
    readonly threads: boolean;
  },
): Plan {
  const graph = buildGraph(program);
  const inOrder = schedule(graph);
  const units = options.threads ? sideBySide(program, graph, inOrder, options.donate) : inOrder;
  return { schedule: units, storage: planStorage(program, graph, units, options) };
}
