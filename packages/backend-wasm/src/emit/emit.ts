/** From a plan to the functions of a module: one a unit, and `run`, which calls them in order. */
import { sizeOf } from '@ascent-rl/core';
import { Locals, type Code, type FunctionDefinition } from '../assembler/index.ts';
import { isPiece } from '../plan/schedule.ts';
import type { Node } from '../plan/graph.ts';
import type { Unit } from '../plan/schedule.ts';
import type { Plan } from '../plan/plan.ts';
import { estimateTime } from '../plan/cost.ts';
import { dependencies, withoutImplied } from '../plan/dependencies.ts';
import { emitWork, type Turn } from '../threads/control.ts';
import { Environment, type Features } from './environment.ts';
import type { Addresses } from './addresses.ts';
import { emitLoop } from './loop/loop.ts';
import { Walk } from './loop/walk.ts';
import { scratchBytes } from './matmul/blocks.ts';
import { emitMatmul, partsOfMatmul } from './matmul/matmul.ts';
import { emitGather, emitScatterAdd } from './rows.ts';

/** Byte addresses that a call is bound to. */
export interface Binding {
  readonly arena: number;
  /** In the program's order. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Address of that much scratch memory, which all programs share. */
  scratch(bytes: number): number;
  /** Byte address of a counter for each unit and one more, where threads share the work. */
  readonly counters: number | undefined;
}

/** How the work of a program may be divided. */
export interface Division {
  /** Most parts of a unit. */
  readonly parts: number;
  /** Least microseconds that a part should take. */
  readonly smallestPart: number;
  /** Byte address of the control block. */
  readonly control: number;
}

/** Functions of a module, and whether some of them are divided. */
export interface Emitted {
  readonly functions: readonly FunctionDefinition[];
  readonly isDivided: boolean;
}

/**
 * Emits the functions. The module exports `run`; where units are divided, the functions of {@link emitWork} instead.
 *
 * @param division - Left out, nothing is divided.
 */
export function emitFunctions(
  plan: Plan,
  binding: Binding,
  features: Features,
  division?: Division,
): Emitted {
  const addresses: Addresses = { of: (node) => addressOf(plan, binding, node) };
  const scratch = { bytesOfPart: scratchBytes, address: () => binding.scratch(scratchBytes) };
  const { units: work } = plan.schedule;
  const total = work.reduce((sum, unit) => sum + estimateTime(unit), 0);
  const divides = division && total >= fewestParts * division.smallestPart ? division : undefined;
  const units = work.map((unit, i) => {
    const most = divides ? partsWorthwhile(unit, divides) : 1;
    const { parts, emit } = prepare(unit, addresses, most);
    const environment = new Environment(features, scratch, parts);
    const code = emit(environment);
    const { usesScratch } = environment;
    return { parts, usesScratch, definition: environment.finish(`${i}_${nameOf(unit)}`, code) };
  });
  const functions = units.map(({ definition }) => definition);
  const copies = plan.storage.copies.map(({ output, node }): Code => [
    ['i32.const', binding.outputs[output]!],
    ['i32.const', addresses.of(node)!],
    ['i32.const', 4 * sizeOf(node.shape)],
    ['memory.copy'],
  ]);
  if (copies.length > 0) functions.push({ name: 'copies', locals: new Locals(), code: copies });
  if (divides) {
    const turns = turnsOf(work, units, addresses);
    if (copies.length > 0) turns.push({ functions: [work.length], parts: 1, after: [...turns.keys()] });
    const before = withoutImplied(turns.length, (earlier, later) => turns[later]!.after.includes(earlier));
    const needed = turns.map((turn, i) => ({ ...turn, after: before[i]! }));
    if (turns.length > 1 || turns[0]!.parts > 1) {
      const counters = binding.counters!;
      const shared = emitWork(needed, { control: divides.control, counters }, functions.length);
      return { functions: [...functions, ...shared], isDivided: true };
    }
  }
  const run: Code = functions.map((_, i): Code => [['call', i]]);
  return {
    functions: [...functions, { name: 'run', locals: new Locals(), code: run, exported: true }],
    isDivided: false,
  };
}

/** Programs of fewer parts than this are not divided: their threads would wait for one another longer than they save. */
const fewestParts = 40;

/** Microseconds of work that are not worth a turn of their own. */
const shortest = 1;

/**
 * The turns of units, short ones together with their neighbours. Units that use the scratch memory wait for one
 * another.
 */
function turnsOf(
  work: readonly Unit[],
  units: readonly { readonly parts: number; readonly usesScratch: boolean }[],
  addresses: Addresses,
): Turn[] {
  const before = dependencies(work, (node) => addresses.of(node));
  const turns: { functions: number[]; parts: number; after: number[]; time: number }[] = [];
  const turnOf: number[] = [];
  let lastWithScratch: number | undefined;
  units.forEach(({ parts, usesScratch }, i) => {
    const time = estimateTime(work[i]!);
    const last = turns.at(-1);
    if (last?.parts !== 1 || parts > 1 || Math.min(last.time, time) >= shortest) {
      turns.push({ functions: [], parts, after: [], time: 0 });
    }
    const turn = turns.at(-1)!;
    turn.functions.push(i);
    turn.time += time;
    turn.after.push(...before[i]!.map((unit) => turnOf[unit]!).filter((other) => other < turns.length - 1));
    if (usesScratch) {
      if (lastWithScratch !== undefined) turn.after.push(lastWithScratch);
      lastWithScratch = turns.length - 1;
    }
    turnOf.push(turns.length - 1);
  });
  return turns;
}

function partsWorthwhile(unit: Unit, { parts, smallestPart }: Division): number {
  return Math.max(1, Math.min(parts, Math.floor(estimateTime(unit) / smallestPart)));
}

function addressOf(plan: Plan, binding: Binding, node: Node): number | undefined {
  const inside = plan.schedule.placed.get(node);
  if (inside) return addressOf(plan, binding, inside.target)! + 4 * inside.offset;
  const storage = plan.storage.storage.get(node);
  switch (storage?.kind) {
    case 'input':
      return binding.inputs[storage.index]!;
    case 'output':
      return binding.outputs[storage.index]!;
    case 'arena':
      return binding.arena + storage.offset;
    case undefined:
      return undefined;
  }
}

/** A unit in at most so many parts, ready to be emitted. */
interface Prepared {
  readonly parts: number;
  emit(environment: Environment): Code;
}

function prepare(unit: Unit, addresses: Addresses, most: number): Prepared {
  switch (unit.kind) {
    case 'loop': {
      const walk = new Walk(unit, addresses);
      const parts = walk.divide(most);
      return { parts, emit: (environment) => emitLoop(environment, unit, walk, addresses) };
    }
    case 'matmul': {
      const parts = partsOfMatmul(unit.node, most);
      return { parts, emit: (environment) => emitMatmul(environment, unit.node, addresses) };
    }
    case 'gather':
      return { parts: 1, emit: (environment) => emitGather(environment, unit.node, addresses) };
    case 'scatterAdd':
      return { parts: 1, emit: (environment) => emitScatterAdd(environment, unit.node, addresses) };
    case 'fill':
      return {
        parts: 1,
        emit: () => [
          ['i32.const', addresses.of(unit.node)!],
          ['i32.const', 0],
          ['i32.const', 4 * sizeOf(unit.node.shape)],
          ['memory.fill'],
        ],
      };
  }
}

/** What a unit does, for the text form. */
function nameOf(unit: Unit): string {
  if (unit.kind !== 'loop') return `${unit.kind}_${unit.node.shape.join('x')}`;
  const operations = unit.nodes.map((node) =>
    isPiece(node)
      ? 'copy'
      : node.operation.kind === 'map'
        ? node.operation.operation
        : node.operation.operation + 'Over',
  );
  return `loop_${unit.shape.join('x')}_${operations.join('_')}`;
}
