/**
 * Matrix products by register tiles. Operands are read where they lie, whatever their strides: a transposed one is
 * another pair of strides, and C = A·B is also Cᵀ = Bᵀ·Aᵀ. Long sums go block by block, so that what a block reads stays
 * in the nearest cache; where its rows lie too far apart for that, it is copied closely packed (Goto & van de Geijn
 * 2008, "Anatomy of high-performance matrix multiplication").
 */
import { sizeOf } from '@ascent-rl/core';
import type { Code } from '../../assembler/index.ts';
import type { NodeOf } from '../../plan/graph.ts';
import { repeat, type Environment } from '../environment.ts';
import type { Addresses } from '../addresses.ts';
import { emitInner } from './inner.ts';
import { emitBlocks, emitNarrow, fewestTiles } from './blocks.ts';
import { panelColumns, tileRows } from './outer.ts';
import { bytes, movable, pointTo, transposed, type Matrix, type Product } from './product.ts';

/** What the parts of a product have their shares of. */
type Axis = 'batch' | 'rows' | 'columns';

/** The axis along which a product can be divided into so many equal parts. */
function divisibleAxis(
  { operation: { left, right, accumulate } }: NodeOf<'matmul'>,
  parts: number,
): Axis | undefined {
  const [batch, m] = left.shape as [number, number, number];
  const n = right.shape[2]!;
  if (batch > 1 && !accumulate) return batch % parts === 0 ? 'batch' : undefined;
  // Rows or columns that fill no tile are summed in an order that depends on the length of blocks, and so on the sizes.
  const tiles = m / tileRows;
  const keepsBlocks = tiles < fewestTiles || tiles / parts >= fewestTiles;
  if (tiles % parts === 0 && (n % 4 === 0 || keepsBlocks)) return 'rows';
  return m % tileRows === 0 && (n / panelColumns) % parts === 0 ? 'columns' : undefined;
}

/**
 * Into how many equal parts, at most `most`, a product can be divided: by the batch, by tiles of rows, or, where the rows
 * fill their tiles, by panels of columns.
 */
export function partsOfMatmul(node: NodeOf<'matmul'>, most: number): number {
  let parts = most;
  while (parts > 1 && divisibleAxis(node, parts) === undefined) parts -= 1;
  return parts;
}

/** Emits a product, a loop over the batch around it. */
export function emitMatmul(environment: Environment, node: NodeOf<'matmul'>, addresses: Addresses): Code {
  const { left, right, accumulate } = node.operation;
  const [batch, m, k] = left.shape as [number, number, number];
  const n = right.shape[2]!;
  const address = addresses.of(node)!;
  if (batch * m * n * k === 0) {
    const size = bytes * sizeOf(node.shape);
    return [['i32.const', address], ['i32.const', 0], ['i32.const', size], ['memory.fill']];
  }
  const { part, parts } = environment;
  const axis = parts > 1 ? divisibleAxis(node, parts)! : 'rows';
  const size = { batch, rows: m, columns: n };
  size[axis] /= parts;
  const start: Code[number][] = [];
  /** An operand; `along` has its strides along the axes of C, of which a part has its share of one. */
  const operand = (
    at: number,
    [stride, row, column]: readonly number[],
    along: Partial<Record<Axis, number>>,
  ) => {
    const matrix: Matrix = { address: at, pointer: undefined, row: row!, column: column! };
    const share = size[axis] * (along[axis] ?? 0);
    if (part === undefined || share === 0) return { matrix, stride: stride! };
    const moved = movable(environment, matrix);
    start.push(pointTo(moved.pointer, matrix, [[part, share]]));
    return { matrix: moved, stride: stride! };
  };
  const [ofLeft, ofRight, ofC] = [left.strides, right.strides, [accumulate ? 0 : m * n, n, 1]];
  const operands = [
    operand(addresses.of(left.node)! + bytes * left.offset, ofLeft, { batch: ofLeft[0]!, rows: ofLeft[1]! }),
    operand(addresses.of(right.node)! + bytes * right.offset, ofRight, {
      batch: ofRight[0]!,
      columns: ofRight[2]!,
    }),
    operand(address, ofC, { batch: m * n, rows: n, columns: 1 }),
  ];
  const product = (matrices: readonly Matrix[], accumulate: boolean): Code => {
    const [a, b, c] = matrices as [Matrix, Matrix, Matrix];
    return emitProduct(environment, { a, b, c, m: size.rows, n: size.columns, k, accumulate });
  };
  const first = () =>
    product(
      operands.map(({ matrix }) => matrix),
      false,
    );
  if (size.batch === 1) return [start, first()];

  const counter = environment.locals.add('i32');
  const moving = operands.map(({ matrix, stride }) => (stride === 0 ? matrix : movable(environment, matrix)));
  const advance = operands.map(({ matrix, stride }, i): Code =>
    stride === 0 ? [] : pointTo(moving[i]!.pointer!, matrix, [[counter, stride]]),
  );
  return [
    start,
    accumulate ? first() : [],
    ['i32.const', accumulate ? 1 : 0],
    ['local.set', counter],
    repeat(counter, 1, size.batch, [advance, product(moving, accumulate)]),
  ];
}

/** Chooses the kernel and its orientation. */
function emitProduct(environment: Environment, product: Product): Code {
  const { a, b, m, n, k } = product;
  const outer = (oriented: Product) =>
    emitBlocks(environment, oriented, (rest) => emitRest(environment, rest));
  if (b.column === 1 && n >= 4) return outer(product);
  if (a.row === 1 && m >= 4) return outer(transposed(product));
  if (k >= 4 && a.column === 1 && (b.row === 1 || n < 4)) return emitInner(environment, product);
  if (k >= 4 && b.row === 1 && m < 4) return emitInner(environment, transposed(product));
  return outer(n >= m ? product : transposed(product));
}

/** Fewer than four columns: as vectors along another axis where there is one, else one by one. */
function emitRest(environment: Environment, product: Product): Code {
  const { a, b, m, k } = product;
  const across = () => emitBlocks(environment, transposed(product), (rest) => emitNarrow(environment, rest));
  if (m >= 4 && a.row === 1) return across();
  if (k >= 4 && (a.column === 1 || b.row === 1)) return emitInner(environment, product);
  return m >= 4 ? across() : emitNarrow(environment, product);
}
