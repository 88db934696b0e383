/** The kernel whose vectors run along the columns of B and C: C[i, j…] += A[i, p] · B[p, j…]. */
import type { Code } from '../../assembler/index.ts';
import { repeat, type Environment } from '../environment.ts';
import {
  advance,
  alongSum,
  bytes,
  columnsFrom,
  load,
  placeCursors,
  pointTo,
  steps,
  store,
  type Matrix,
  type Product,
} from './product.ts';

/** Rows of a tile; 4 × 8 numbers fill eight registers. */
export const tileRows = 4;

/** Columns of the widest panel. */
export const panelColumns = 8;

/** Emits panels of eight columns, then of four, and hands what is left to `rest`. `packed`: where to copy panels to. */
export function emitOuter(
  environment: Environment,
  product: Product,
  packed: Pick<Matrix, 'address' | 'pointer'> | undefined,
  rest: (product: Product) => Code,
): Code {
  const { n } = product;
  const wide = n - (n % panelColumns);
  const narrow = n % panelColumns >= 4 ? 4 : 0;
  const left = n - wide - narrow;
  return [
    wide > 0 ? emitPanels(environment, columnsFrom(product, 0, wide), [0, 4], 4, packed) : [],
    narrow > 0 ? emitPanels(environment, columnsFrom(product, wide, narrow), [0], 4, packed) : [],
    left > 0 ? rest(columnsFrom(product, n - left, left)) : [],
  ];
}

/** A panel of fewer than four columns, number by number. */
export function emitNarrow(environment: Environment, product: Product): Code {
  const columns = Array.from({ length: product.n }, (_, i) => i);
  return emitPanels(environment, product, columns, 1, undefined);
}

/** Panels of columns, in each the tiles from top to bottom. `columns` are the first columns of the tile's vectors. */
function emitPanels(
  environment: Environment,
  product: Product,
  columns: readonly number[],
  width: number,
  packed: Pick<Matrix, 'address' | 'pointer'> | undefined,
): Code {
  const { a, c, m, n, k, accumulate } = product;
  const panel = columns.length * width;
  const { locals } = environment;
  const [j, i, rounds] = [locals.add('i32'), locals.add('i32'), locals.add('i32')];
  const cursor = { a: locals.add('i32'), b: locals.add('i32'), c: locals.add('i32') };
  const b: Matrix = packed === undefined ? product.b : { ...packed, row: panel, column: 1 };

  const tile = (rows: number): Code => {
    const sums = Array.from({ length: rows }, () => columns.map(() => locals.add('v128')));
    const vectors = columns.map(() => locals.add('v128'));
    const each = (f: (sum: number, row: number, column: number) => Code): Code =>
      sums.map((line, row) => line.map((sum, column) => f(sum, row, column)));
    const cAt = (row: number, column: number) =>
      c.address + bytes * (row * c.row + columns[column]! * c.column);

    const step: Code = [
      vectors.map((vector, index): Code => {
        const at = b.address + bytes * columns[index]! * b.column;
        return [load([['local.get', cursor.b]], at, b.column, width), ['local.set', vector]];
      }),
      sums.map((line, row): Code => {
        const at = a.address + bytes * row * (a.rowOfTile ?? a.row);
        const [set, splat] = environment.keep([
          ['local.get', cursor.a],
          ['v128.load32_splat', at],
        ]);
        return [
          set,
          line.map((sum, column): Code => [
            environment.multiplyAdd(splat, [['local.get', vectors[column]!]], [['local.get', sum]]),
            ['local.set', sum],
          ]),
        ];
      }),
    ];
    const start = each((sum, row, column) => [
      accumulate ? load([['local.get', cursor.c]], cAt(row, column), c.column, width) : environment.float(0),
      ['local.set', sum],
    ]);
    const finish = each((sum, row, column) =>
      store([['local.get', cursor.c]], [['local.get', sum]], cAt(row, column), c.column, width),
    );
    const sumOver = alongSum(k, cursor, { a: bytes * a.column, b: bytes * b.row }, rounds, step);
    return [start, sumOver, finish];
  };

  const tiles = (from: Matrix) =>
    steps(i, m, tileRows, (rows) => [placeCursors(cursor, { ...product, b: from }, i, j), tile(rows)]);
  // A packed panel lies where the last one lay.
  return steps(j, n, panel, () => (packed === undefined ? tiles(b) : [pack(), tiles({ ...b, column: 0 })]));

  /** Copies the panel, so that its rows lie one after the other. */
  function pack(): Code {
    const target = rounds;
    const { address, row, column: stride } = product.b;
    return [
      pointTo(cursor.b, product.b, [[j, stride]]),
      pointTo(target, b, []),
      ['i32.const', 0],
      ['local.set', i],
      repeat(i, 1, k, [
        columns.map((column): Code => {
          const value = load([['local.get', cursor.b]], address + bytes * column * stride, stride, 4);
          return store([['local.get', target]], value, b.address + bytes * column, 1, 4);
        }),
        advance(cursor.b, bytes * row),
        advance(target, bytes * panel),
      ]),
    ];
  }
}
