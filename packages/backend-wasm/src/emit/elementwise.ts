/** Elementwise operations on four numbers. */
import type { Code, Mnemonic } from '../assembler/index.ts';
import type { MapOperation } from '../plan/graph.ts';
import type { Environment } from './environment.ts';
import { exp, log, tanh } from './mathematics.ts';

/** A computed vector; comparisons also have it as a mask of all bits or none. */
export interface Value {
  readonly read: Code;
  readonly mask?: Code;
}

const instructions: Partial<Readonly<Record<MapOperation, Mnemonic>>> = {
  neg: 'f32x4.neg',
  sqrt: 'f32x4.sqrt',
  abs: 'f32x4.abs',
  add: 'f32x4.add',
  sub: 'f32x4.sub',
  mul: 'f32x4.mul',
  div: 'f32x4.div',
  max: 'f32x4.max',
  min: 'f32x4.min',
};

const functions = { exp, log, tanh };

/** Applies an operation; `evaluate` has to run before the result is read. */
export function evaluateMap(
  environment: Environment,
  operation: MapOperation,
  operands: readonly Value[],
): Value & { readonly evaluate: Code } {
  const reads = operands.map(({ read }) => read);
  const [x, y, z] = reads as [Code, Code, Code];
  if (operation === 'copy') return { ...operands[0]!, evaluate: [] };
  if (operation === 'less' || operation === 'equal') {
    const compare: Mnemonic = operation === 'less' ? 'f32x4.lt' : 'f32x4.eq';
    const [setMask, mask] = environment.keep([x, y, [compare]]);
    return { evaluate: setMask, mask, read: [mask, environment.float(1), ['v128.and']] };
  }
  const result = (): Code => {
    switch (operation) {
      case 'exp':
      case 'log':
      case 'tanh':
        return functions[operation](environment, x);
      case 'where':
        return [y, z, operands[0]!.mask ?? [x, environment.float(0), ['f32x4.ne']], ['v128.bitselect']];
      default:
        return [...reads, [instructions[operation]!]];
    }
  };
  const [evaluate, read] = environment.keep(result());
  return { evaluate, read };
}
