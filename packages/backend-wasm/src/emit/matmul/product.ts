/** Products of matrices in memory, and what their kernels share: cursors, counters, loads and stores. */
import type { Code } from '../../assembler/index.ts';
import { repeat, type Environment } from '../environment.ts';

/** A matrix in memory: byte address, a local with a byte offset to add, strides in elements. */
export interface Matrix {
  readonly address: number;
  readonly pointer: number | undefined;
  readonly row: number;
  readonly column: number;
  /** Between the rows of one tile, where that is another stride than from tile to tile. */
  readonly rowOfTile?: number;
}

/** C = A·B, [m, k] × [k, n]. */
export interface Product {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly c: Matrix;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Adds to what C holds. */
  readonly accumulate: boolean;
}

/** Size of a float32 number. */
export const bytes = 4;

/** Cᵀ = Bᵀ·Aᵀ. */
export function transposed({ a, b, c, m, n, ...rest }: Product): Product {
  const flip = (matrix: Matrix): Matrix => ({ ...matrix, row: matrix.column, column: matrix.row });
  return { ...rest, a: flip(b), b: flip(a), c: flip(c), m: n, n: m };
}

/** `n` columns from column `start` on. */
export function columnsFrom(product: Product, start: number, n: number): Product {
  const shift = (matrix: Matrix): Matrix => ({
    ...matrix,
    address: matrix.address + bytes * start * matrix.column,
  });
  return { ...product, b: shift(product.b), c: shift(product.c), n };
}

/** The matrix with a pointer of its own, for {@link pointTo}. */
export function movable(environment: Environment, matrix: Matrix): Matrix & { readonly pointer: number } {
  return { ...matrix, pointer: environment.locals.add('i32') };
}

/** Target's pointer = the pointer of `from` + Σ counter · stride. */
export function pointTo(
  target: number,
  from: Pick<Matrix, 'pointer'>,
  terms: readonly (readonly [counter: number, stride: number])[],
): Code {
  return [
    [from.pointer === undefined ? ['i32.const', 0] : ['local.get', from.pointer]],
    terms.map(([counter, stride]): Code => [
      ['local.get', counter],
      ['i32.const', bytes * stride],
      ['i32.mul'],
      ['i32.add'],
    ]),
    ['local.set', target],
  ];
}

/** Runs a counter over 0 … total in steps of `most`, then once over what is left. */
export function steps(counter: number, total: number, most: number, body: (count: number) => Code): Code {
  const whole = total - (total % most);
  const set = (value: number): Code => [
    ['i32.const', value],
    ['local.set', counter],
  ];
  return [
    set(0),
    whole > most ? repeat(counter, most, whole, body(most)) : whole === most ? body(most) : [],
    total > whole ? [whole === most ? set(whole) : [], body(total - whole)] : [],
  ];
}

/** Cursors that move along the sum. */
export interface Cursors {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Places the cursors at row i and column j. */
export function placeCursors(cursor: Cursors, { a, b, c }: Product, i: number, j: number): Code {
  return [
    pointTo(cursor.a, a, [[i, a.row]]),
    pointTo(cursor.b, b, [[j, b.column]]),
    pointTo(cursor.c, c, [
      [i, c.row],
      [j, c.column],
    ]),
  ];
}

/**
 * The steps of a sum, one a round; the cursors move along. One step is one basic block on purpose: V8 moves all loads
 * of a block to its beginning, so that two steps a round need more registers than there are, and take twice as long.
 */
export function alongSum(
  count: number,
  cursor: Cursors,
  strides: Readonly<Record<'a' | 'b', number>>,
  rounds: number,
  step: Code,
): Code {
  if (count === 0) return [];
  return [
    ['i32.const', count],
    ['local.set', rounds],
    ['loop'],
    step,
    [advance(cursor.a, strides.a), advance(cursor.b, strides.b)],
    ['local.get', rounds],
    ['i32.const', 1],
    ['i32.sub'],
    ['local.tee', rounds],
    ['br_if', 0],
    ['end'],
  ];
}

/** Loads a vector, or one number into all lanes. */
export function load(pointer: Code, at: number, stride: number, width: number): Code {
  if (width === 1) return [pointer, ['v128.load32_splat', at]];
  if (stride === 1) return [pointer, ['v128.load', at]];
  let vector: Code = [pointer, ['v128.load32_splat', at]];
  for (let lane = 1; lane < 4; lane++) {
    vector = [pointer, vector, ['v128.load32_lane', at + bytes * lane * stride, lane]];
  }
  return vector;
}

/** Stores a vector, or its first lanes. */
export function store(pointer: Code, value: Code, at: number, stride: number, width: number): Code {
  if (width === 4 && stride === 1) return [pointer, value, ['v128.store', at]];
  return Array.from({ length: width }, (_, lane): Code => [
    pointer,
    value,
    ['v128.store32_lane', at + bytes * lane * stride, lane],
  ]);
}

/** Moves a pointer. */
export function advance(pointer: number, by: number): Code {
  return [['local.get', pointer], ['i32.const', by], ['i32.add'], ['local.set', pointer]];
}
