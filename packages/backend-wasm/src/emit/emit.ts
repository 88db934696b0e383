/** From a plan to the functions of a module: one a unit, and `run`, which calls them in order. */
import { sizeOf } from '@ascent-rl/core';
import { Locals, type Code, type FunctionDefinition } from '../assembler/index.ts';
import { isPiece } from '../plan/schedule.ts';
import type { Node } from '../plan/graph.ts';
import type { Unit } from '../plan/schedule.ts';
import type { Plan } from '../plan/plan.ts';
import { Environment, type Features } from './environment.ts';
import type { Addresses } from './addresses.ts';
import { emitLoop } from './loop/loop.ts';
import { Walk } from './loop/walk.ts';
import { scratchBytes } from './matmul/blocks.ts';
import { emitMatmul } from './matmul/matmul.ts';
import { emitGather, emitScatterAdd } from './rows.ts';

/** Byte addresses that a call is bound to. */
export interface Binding {
  readonly arena: number;
  /** In the program's order. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Address of that much scratch memory, which all programs share. */
  scratch(bytes: number): number;
}

/** Emits the functions; the last is exported as `run`. */
export function emitFunctions(plan: Plan, binding: Binding, features: Features): FunctionDefinition[] {
  const addresses: Addresses = { of: (node) => addressOf(plan, binding, node) };
  const scratch = { bytesOfPart: scratchBytes, address: () => binding.scratch(scratchBytes) };
  const functions = plan.schedule.units.map((unit, i) => {
    const environment = new Environment(features, scratch);
    return environment.finish(`${i}_${nameOf(unit)}`, emitUnit(environment, unit, addresses));
  });
  const copies = plan.storage.copies.map(({ output, node }): Code => [
    ['i32.const', binding.outputs[output]!],
    ['i32.const', addresses.of(node)!],
    ['i32.const', 4 * sizeOf(node.shape)],
    ['memory.copy'],
  ]);
  const run: Code = [functions.map((_, i): Code => [['call', i]]), copies];
  return [...functions, { name: 'run', locals: new Locals(), code: run, exported: true }];
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

function emitUnit(environment: Environment, unit: Unit, addresses: Addresses): Code {
  switch (unit.kind) {
    case 'loop':
      return emitLoop(environment, unit, new Walk(unit, addresses), addresses);
    case 'matmul':
      return emitMatmul(environment, unit.node, addresses);
    case 'gather':
      return emitGather(environment, unit.node, addresses);
    case 'scatterAdd':
      return emitScatterAdd(environment, unit.node, addresses);
    case 'fill':
      return [
        ['i32.const', addresses.of(unit.node)!],
        ['i32.const', 0],
        ['i32.const', 4 * sizeOf(unit.node.shape)],
        ['memory.fill'],
      ];
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
