/**
 * Long sums block by block, so that what a block reads stays in the nearest cache; where the rows of an operand lie
 * too far apart for that, it is copied closely packed (Goto & van de Geijn 2008, "Anatomy of high-performance matrix
 * multiplication").
 */
import type { Code } from '../../assembler/index.ts';
import { repeat, type Environment } from '../environment.ts';
import { emitOuter, panelColumns, tileRows } from './outer.ts';
import {
  advance,
  bytes,
  load,
  movable,
  pointTo,
  steps,
  store,
  type Matrix,
  type Product,
} from './product.ts';

export { emitNarrow } from './outer.ts';

/** Bytes of the nearest cache, of which a block may fill all. */
const nearestCache = 32 * 1024;
/** The shortest block that is worth reading and writing C once more. */
const shortestBlock = 48;
/** Length of a block of packed operands, and rows of A at a time: so many stay in the second cache. */
const packedLength = 256;
const packedRows = 128;
/** Fewer tiles do not pay for packing. */
export const fewestTiles = 4;

const panelBytes = bytes * packedLength * panelColumns;
/** Bytes of scratch memory that a product uses. */
export const scratchBytes = panelBytes + bytes * packedLength * packedRows;

/** Emits a product in the orientation of the outer kernel; `rest` takes the last columns, fewer than four. */
export function emitBlocks(
  environment: Environment,
  product: Product,
  rest: (product: Product) => Code,
): Code {
  const { a, m, n, k } = product;
  const bytesOfStep = bytes * (n + (a.column === 1 ? 0 : m));
  if (k * bytesOfStep <= nearestCache) return emitOuter(environment, product, undefined, rest);
  const length = Math.floor(nearestCache / bytesOfStep / 16) * 16;
  if (length >= shortestBlock || m < fewestTiles * tileRows) {
    const block = Math.max(length, shortestBlock);
    return overBlocks(environment, product, block, (part) => emitOuter(environment, part, undefined, rest));
  }
  return overBlocks(environment, product, packedLength, (part) => emitPacked(environment, part, rest));
}

/** The first block sets C, or adds to it as the product says; the others add. */
function overBlocks(
  environment: Environment,
  product: Product,
  length: number,
  emit: (block: Product) => Code,
): Code {
  const { a, b, k } = product;
  if (k <= length) return emit(product);
  const counter = environment.locals.add('i32');
  const moved = { ...product, a: movable(environment, a), b: movable(environment, b), accumulate: true };
  const follow: Code = [
    pointTo(moved.a.pointer, a, [[counter, a.column]]),
    pointTo(moved.b.pointer, b, [[counter, b.row]]),
  ];
  const end = k - (k % length);
  const first = product.accumulate ? 0 : length;
  return [
    product.accumulate ? [] : emit({ ...product, k: length }),
    ['i32.const', first],
    ['local.set', counter],
    end > first ? repeat(counter, length, end, [follow, emit({ ...moved, k: length })]) : [],
    k > end ? [follow, emit({ ...moved, k: k - end })] : [],
  ];
}

/** Some rows of A at a time. Panels of B are packed by the kernel; A, where a row's numbers lie apart, here. */
function emitPacked(environment: Environment, product: Product, rest: (product: Product) => Code): Code {
  const { a, c, m, k } = product;
  const scratch = environment.scratch();
  const packed: Matrix | undefined =
    a.row === 1 && a.column !== 1
      ? {
          address: scratch.address + panelBytes,
          pointer: scratch.pointer,
          row: k,
          column: tileRows,
          rowOfTile: 1,
        }
      : undefined;
  const block = environment.locals.add('i32');
  const [source, target] = [movable(environment, a), movable(environment, c)];
  return steps(block, m, packedRows, (rows) => {
    const part = { ...product, a: source, c: target, m: rows };
    return [
      pointTo(source.pointer, a, [[block, a.row]]),
      pointTo(target.pointer, c, [[block, c.row]]),
      packed ? packTiles(environment, part, packed) : [],
      emitOuter(environment, { ...part, a: packed ?? source }, scratch, (columns) =>
        rest({ ...columns, a: source }),
      ),
    ];
  });
}

/** Copies A tile by tile: the tile's rows of one step of the sum lie side by side, the steps one after the other. */
function packTiles(environment: Environment, { a, m, k }: Product, packed: Matrix): Code {
  const { locals } = environment;
  const [tile, step] = [locals.add('i32'), locals.add('i32')];
  const [source, target] = [locals.add('i32'), locals.add('i32')];
  return [
    pointTo(target, packed, []),
    ['i32.const', 0],
    ['local.set', tile],
    repeat(tile, tileRows, m, [
      pointTo(source, a, [[tile, a.row]]),
      ['i32.const', 0],
      ['local.set', step],
      repeat(step, 1, k, [
        store([['local.get', target]], load([['local.get', source]], a.address, 1, 4), packed.address, 1, 4),
        advance(source, bytes * a.column),
        advance(target, bytes * tileRows),
      ]),
    ]),
  ];
}
