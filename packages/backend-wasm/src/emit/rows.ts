/** Rows of tables: gather and scatterAdd. */
import { sizeOf } from '@ascent-rl/core';
import type { Code } from '../assembler/index.ts';
import type { NodeOf } from '../plan/graph.ts';
import type { View } from '../plan/view.ts';
import { repeat, type Environment } from './environment.ts';
import type { Addresses } from './addresses.ts';

const bytes = 4;

/** Copies the rows that the index names. */
export function emitGather(environment: Environment, node: NodeOf<'gather'>, addresses: Addresses): Code {
  const { table, index } = node.operation;
  const width = sizeOf(node.shape.slice(1));
  const source = { address: addresses.of(table.node)! + bytes * table.offset, rows: table.shape[0]! };
  const target = addresses.of(node)!;
  return overRows(
    environment,
    { index, address: addresses.of(index.node)!, rows: source.rows, width },
    (row, at) =>
      overWidth(environment, width, row, at, (from, to, offset, wide) => [
        to,
        [from, [wide ? 'v128.load' : 'f32.load', source.address + offset]],
        [wide ? 'v128.store' : 'f32.store', target + offset],
      ]),
  );
}

/** Adds the updates to the rows that the index names. */
export function emitScatterAdd(
  environment: Environment,
  node: NodeOf<'scatterAdd'>,
  addresses: Addresses,
): Code {
  const { updates, index } = node.operation;
  const width = sizeOf(node.shape.slice(1));
  const source = addresses.of(updates.node)! + bytes * updates.offset;
  const target = addresses.of(node)!;
  const clear: Code = [
    ['i32.const', target],
    ['i32.const', 0],
    ['i32.const', bytes * sizeOf(node.shape)],
    ['memory.fill'],
  ];
  const add = overRows(
    environment,
    { index, address: addresses.of(index.node)!, rows: node.shape[0]!, width },
    (row, at) =>
      overWidth(environment, width, at, row, (from, to, offset, wide) => [
        to,
        [from, [wide ? 'v128.load' : 'f32.load', source + offset]],
        [to, [wide ? 'v128.load' : 'f32.load', target + offset]],
        [wide ? 'f32x4.add' : 'f32.add'],
        [wide ? 'v128.store' : 'f32.store', target + offset],
      ]),
  );
  return [clear, add];
}

/** Byte offsets of the named row and of the position in the index; stops the program for a row that does not exist. */
function overRows(
  environment: Environment,
  { index, address, rows, width }: { index: View; address: number; rows: number; width: number },
  body: (row: Code, at: Code) => Code,
): Code {
  const count = index.shape[0]!;
  if (count === 0 || width === 0) return [];
  const [position, row, at] = [
    environment.locals.add('i32'),
    environment.locals.add('i32'),
    environment.locals.add('i32'),
  ];
  const value = environment.locals.add('f32');
  return [
    ['i32.const', 0],
    ['local.set', position],
    repeat(position, 1, count, [
      [['local.get', position], ['i32.const', bytes * index.strides[0]!], ['i32.mul']],
      ['f32.load', address + bytes * index.offset],
      ['local.tee', value],
      ['i32.trunc_sat_f32_s'],
      ['local.tee', row],
      [['i32.const', rows], ['i32.ge_u']],
      [['local.get', row], ['f32.convert_i32_s'], ['local.get', value], ['f32.ne']],
      ['i32.add'],
      ['if'],
      ['unreachable'],
      ['end'],
      [['local.get', row], ['i32.const', bytes * width], ['i32.mul'], ['local.set', row]],
      [['local.get', position], ['i32.const', bytes * width], ['i32.mul'], ['local.set', at]],
      body([['local.get', row]], [['local.get', at]]),
    ]),
  ];
}

/** Rows up to this many vectors are written out. */
const longestUnrolled = 16;

function overWidth(
  environment: Environment,
  width: number,
  from: Code,
  to: Code,
  each: (from: Code, to: Code, offset: number, wide: boolean) => Code,
): Code {
  const vectors = Math.floor(width / 4);
  const rest = Array.from({ length: width % 4 }, (_, i) => each(from, to, bytes * (4 * vectors + i), false));
  if (vectors <= longestUnrolled) {
    return [Array.from({ length: vectors }, (_, i) => each(from, to, bytes * 4 * i, true)), rest];
  }
  const counter = environment.locals.add('i32');
  const moved = (pointer: Code): Code => [pointer, ['local.get', counter], ['i32.add']];
  return [
    ['i32.const', 0],
    ['local.set', counter],
    repeat(counter, 16, 16 * vectors, each(moved(from), moved(to), 0, true)),
    rest,
  ];
}
