/**
 * Matrix products by register tiles. Operands are read where they lie, whatever their strides: a transposed one is
 * another pair of strides, and C = A·B is also Cᵀ = Bᵀ·Aᵀ. Two kernels:
 *
 *   outer   vectors run along the columns of B and C: C[i, j…] += A[i, p] · B[p, j…]
 *   inner   vectors run along the sum: C[i, j] = Σ over lanes of A[i, p…] · B[p…, j]
 */
import { sizeOf } from '@ascent-rl/core';
import type { Code } from '../assembler/index.ts';
import type { NodeOf } from '../plan/graph.ts';
import type { Environment } from './environment.ts';
import { repeat } from './environment.ts';
import type { Addresses } from './loop.ts';

/** A matrix in memory: byte address, a local with a byte offset to add, strides in elements. */
interface Matrix {
  readonly address: number;
  readonly pointer: number | undefined;
  readonly row: number;
  readonly column: number;
}

/** C = A·B, [m, k] × [k, n]. */
interface Product {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly c: Matrix;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Adds to what C holds. */
  readonly accumulate: boolean;
}

const bytes = 4;

/** Emits a product, a loop over the batch around it. */
export function emitMatmul(environment: Environment, node: NodeOf<'matmul'>, addresses: Addresses): Code {
  const { left, right, accumulate } = node.operation;
  const [batch, m, k] = left.shape as [number, number, number];
  const n = right.shape[2]!;
  const c = addresses.of(node)!;
  const clear: Code =
    accumulate || k === 0
      ? [['i32.const', c], ['i32.const', 0], ['i32.const', bytes * sizeOf(node.shape)], ['memory.fill']]
      : [];
  if (batch * m * n * k === 0) return clear;
  const [aBatch, aRow, aColumn] = left.strides as [number, number, number];
  const [bBatch, bRow, bColumn] = right.strides as [number, number, number];
  const cBatch = accumulate ? 0 : m * n;

  const counter = environment.locals.add('i32');
  const moving = (stride: number) => (batch > 1 && stride !== 0 ? environment.locals.add('i32') : undefined);
  const pointers = [aBatch, bBatch, cBatch].map((stride) => ({ stride, local: moving(stride) }));
  const [aPointer, bPointer, cPointer] = pointers.map(({ local }) => local);
  const body = emitBlocks(environment, {
    a: {
      address: addresses.of(left.node)! + bytes * left.offset,
      pointer: aPointer,
      row: aRow,
      column: aColumn,
    },
    b: {
      address: addresses.of(right.node)! + bytes * right.offset,
      pointer: bPointer,
      row: bRow,
      column: bColumn,
    },
    c: { address: c, pointer: cPointer, row: n, column: 1 },
    ...{ m, n, k, accumulate },
  });
  if (batch === 1) return [clear, body];
  const advance = pointers.map(({ stride, local }): Code =>
    local === undefined
      ? []
      : [['local.get', counter], ['i32.const', bytes * stride], ['i32.mul'], ['local.set', local]],
  );
  return [clear, ['i32.const', 0], ['local.set', counter], repeat(counter, 1, batch, [advance, body])];
}

/** Sums from this length on are cut into blocks. */
const longSum = 512;
const blockOfSum = 64;

/** Long sums go block by block, each of which adds to C, so that what a block reads stays in the nearest cache. */
function emitBlocks(environment: Environment, product: Product): Code {
  const { a, b, c, m, n, k, accumulate } = product;
  if (k < longSum) return emitProduct(environment, product);
  const counter = environment.locals.add('i32');
  const end = k - (k % blockOfSum);
  const moved = (matrix: Matrix): Matrix => ({ ...matrix, pointer: environment.locals.add('i32') });
  const block = { ...product, a: moved(a), b: moved(b), accumulate: true };
  const advance: Code = [
    pointerTo(block.a.pointer!, a, [[counter, a.column]]),
    pointerTo(block.b.pointer!, b, [[counter, b.row]]),
  ];
  const clear: Code = accumulate
    ? []
    : [
        [['i32.const', c.address], c.pointer === undefined ? [] : [['local.get', c.pointer], ['i32.add']]],
        ['i32.const', 0],
        ['i32.const', bytes * m * n],
        ['memory.fill'],
      ];
  return [
    clear,
    ['i32.const', 0],
    ['local.set', counter],
    repeat(counter, blockOfSum, end, [advance, emitProduct(environment, { ...block, k: blockOfSum })]),
    k > end ? [advance, emitProduct(environment, { ...block, k: k - end })] : [],
  ];
}

/** Chooses the kernel and its orientation. */
function emitProduct(environment: Environment, product: Product): Code {
  const { a, b, m, n, k } = product;
  if (b.column === 1 && n >= 4) return emitOuter(environment, product);
  if (a.row === 1 && m >= 4) return emitOuter(environment, transposed(product));
  if (k >= 4 && a.column === 1 && (b.row === 1 || n < 4)) return emitInner(environment, product);
  if (k >= 4 && b.row === 1 && m < 4) return emitInner(environment, transposed(product));
  return emitOuter(environment, n >= m ? product : transposed(product));
}

/** Cᵀ = Bᵀ·Aᵀ. */
function transposed({ a, b, c, m, n, ...rest }: Product): Product {
  const flip = (matrix: Matrix): Matrix => ({ ...matrix, row: matrix.column, column: matrix.row });
  return { ...rest, a: flip(b), b: flip(a), c: flip(c), m: n, n: m };
}

/** From column `start` on. */
function columnsFrom(product: Product, start: number, n: number): Product {
  const shift = (matrix: Matrix): Matrix => ({
    ...matrix,
    address: matrix.address + bytes * start * matrix.column,
  });
  return { ...product, b: shift(product.b), c: shift(product.c), n };
}

/** Rows of a tile of the outer kernel; 4 × 8 numbers fill eight registers. */
const tileRows = 4;

function emitOuter(environment: Environment, product: Product): Code {
  const { n } = product;
  const wide = n - (n % 8);
  const narrow = n % 8 >= 4 ? 4 : 0;
  const rest = n - wide - narrow;
  return [
    wide > 0 ? emitPanels(environment, columnsFrom(product, 0, wide), [0, 4], 4) : [],
    narrow > 0 ? emitPanels(environment, columnsFrom(product, wide, narrow), [0], 4) : [],
    rest > 0 ? emitRest(environment, columnsFrom(product, n - rest, rest)) : [],
  ];
}

/** Fewer than four columns: as vectors along another axis where there is one, else one by one. */
function emitRest(environment: Environment, product: Product): Code {
  const { a, b, m, n, k } = product;
  if (m >= 4 && a.row === 1) return emitOuter(environment, transposed(product));
  if (k >= 4 && (a.column === 1 || b.row === 1)) return emitInner(environment, product);
  if (m >= 4) return emitOuter(environment, transposed(product));
  return emitPanels(
    environment,
    product,
    Array.from({ length: n }, (_, i) => i),
    1,
  );
}

/** Panels of columns, in each the tiles from top to bottom. `columns` are the first columns of the tile's vectors. */
function emitPanels(
  environment: Environment,
  product: Product,
  columns: readonly number[],
  width: number,
): Code {
  const { a, b, c, m, n, k, accumulate } = product;
  const panel = columns.length * width;
  const [j, i] = [environment.locals.add('i32'), environment.locals.add('i32')];
  const cursor = {
    a: environment.locals.add('i32'),
    b: environment.locals.add('i32'),
    c: environment.locals.add('i32'),
  };
  const rounds = environment.locals.add('i32');

  const tile = (rows: number): Code => {
    const sums = Array.from({ length: rows }, () => columns.map(() => environment.locals.add('v128')));
    const vectors = columns.map(() => environment.locals.add('v128'));
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
        const at = a.address + bytes * row * a.row;
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
    const store = each((sum, row, column) =>
      storeLanes([['local.get', cursor.c]], [['local.get', sum]], cAt(row, column), c.column, width),
    );
    const sumOver = alongSum(k, cursor, { a: bytes * a.column, b: bytes * b.row }, rounds, step);
    return [start, sumOver, store];
  };

  const place = (rows: number): Code => [
    pointerTo(cursor.a, a, [[i, a.row]]),
    pointerTo(cursor.b, b, [[j, b.column]]),
    pointerTo(cursor.c, c, [
      [i, c.row],
      [j, c.column],
    ]),
    tile(rows),
  ];
  return steps(j, n, panel, () => steps(i, m, tileRows, place));
}

/** Tiles whose vectors run along the sum; the lanes are added up at the end. */
function emitInner(environment: Environment, product: Product): Code {
  const { a, b, c, m, n, k, accumulate } = product;
  const [tallest, widest] = n >= 4 ? [2, 4] : [4, n];
  const [j, i] = [environment.locals.add('i32'), environment.locals.add('i32')];
  const cursor = {
    a: environment.locals.add('i32'),
    b: environment.locals.add('i32'),
    c: environment.locals.add('i32'),
  };
  const rounds = environment.locals.add('i32');

  const tile = (rows: number, columns: number): Code => {
    const cells = Array.from({ length: rows * columns }, (_, index) => ({
      row: Math.floor(index / columns),
      column: index % columns,
      sum: environment.locals.add('v128'),
    }));
    /** Products of the next `lanes` numbers. */
    const step = (lanes: number): Code => {
      const right = Array.from({ length: columns }, (_, column) =>
        environment.keep(partial(environment, cursor.b, b.address + bytes * column * b.column, b.row, lanes)),
      );
      const left = Array.from({ length: rows }, (_, row) =>
        environment.keep(partial(environment, cursor.a, a.address + bytes * row * a.row, a.column, lanes)),
      );
      return [
        right.map(([set]) => set),
        left.map(([set, read], row): Code => [
          set,
          cells
            .filter((cell) => cell.row === row)
            .map(({ column, sum }): Code => [
              environment.multiplyAdd(read, right[column]![1], [['local.get', sum]]),
              ['local.set', sum],
            ]),
        ]),
      ];
    };
    const start = cells.map(({ sum }): Code => [environment.float(0), ['local.set', sum]]);
    const strides = { a: bytes * 4 * a.column, b: bytes * 4 * b.row };
    const whole = alongSum(Math.floor(k / 4), cursor, strides, rounds, step(4));
    const rest = k % 4 === 0 ? [] : step(k % 4);

    // Four sums at a time become the lanes of one vector, along the columns where there are four.
    const order = columns === 4 ? cells : [...cells].sort((x, y) => x.column - y.column);
    const groups = Array.from({ length: Math.ceil(order.length / 4) }, (_, group) =>
      order.slice(4 * group, 4 * group + 4),
    );
    const store = groups.map((group): Code => {
      const at = group.map(({ row, column }) => c.address + bytes * (row * c.row + column * c.column));
      const pointer: Code = [['local.get', cursor.c]];
      const [set, total] = environment.keep(
        addLanes(
          environment,
          group.map(({ sum }) => sum),
        ),
      );
      const even = group.length === 4 && at.every((address, index) => address === at[0]! + bytes * index);
      if (even) {
        const sum: Code = accumulate ? [total, pointer, ['v128.load', at[0]!], ['f32x4.add']] : total;
        return [set, pointer, sum, ['v128.store', at[0]!]];
      }
      return [
        set,
        at.map((address, lane): Code => {
          const sum: Code = accumulate
            ? [total, pointer, ['v128.load32_splat', address], ['f32x4.add']]
            : total;
          return [pointer, sum, ['v128.store32_lane', address, lane]];
        }),
      ];
    });
    return [start, whole, rest, store];
  };

  const place = (rows: number, columns: number): Code => [
    pointerTo(cursor.a, a, [[i, a.row]]),
    pointerTo(cursor.b, b, [[j, b.column]]),
    pointerTo(cursor.c, c, [
      [i, c.row],
      [j, c.column],
    ]),
    tile(rows, columns),
  ];
  return steps(j, n, widest!, (columns) => steps(i, m, tallest!, (rows) => place(rows, columns)));
}

/** Runs a counter over 0 … total in steps of `most`, then once over what is left. */
function steps(counter: number, total: number, most: number, body: (count: number) => Code): Code {
  const whole = total - (total % most);
  return [
    ['i32.const', 0],
    ['local.set', counter],
    whole > most ? repeat(counter, most, whole, body(most)) : whole === most ? body(most) : [],
    total > whole
      ? [
          whole === most
            ? [
                ['i32.const', whole],
                ['local.set', counter],
              ]
            : [],
          body(total - whole),
        ]
      : [],
  ] as Code;
}

/** Cursor = the matrix's own offset + Σ counter · stride. */
function pointerTo(
  cursor: number,
  matrix: Matrix,
  terms: readonly (readonly [counter: number, stride: number])[],
): Code {
  return [
    [matrix.pointer === undefined ? ['i32.const', 0] : ['local.get', matrix.pointer]],
    terms.map(([counter, stride]): Code => [
      ['local.get', counter],
      ['i32.const', bytes * stride],
      ['i32.mul'],
      ['i32.add'],
    ]),
    ['local.set', cursor],
  ];
}

/**
 * The steps of a sum, one a round; the cursors move along. One step is one basic block on purpose: V8 moves all loads
 * of a block to its beginning, so that two steps a round need more registers than there are, and take twice as long.
 */
function alongSum(
  count: number,
  cursor: Readonly<Record<'a' | 'b', number>>,
  strides: Readonly<Record<'a' | 'b', number>>,
  rounds: number,
  step: Code,
): Code {
  if (count === 0) return [];
  const move = (name: 'a' | 'b'): Code => [
    ['local.get', cursor[name]],
    ['i32.const', strides[name]],
    ['i32.add'],
    ['local.set', cursor[name]],
  ];
  return [
    ['i32.const', count],
    ['local.set', rounds],
    ['loop'],
    step,
    [move('a'), move('b')],
    ['local.get', rounds],
    ['i32.const', 1],
    ['i32.sub'],
    ['local.tee', rounds],
    ['br_if', 0],
    ['end'],
  ];
}

/** Loads a vector, or one number into all lanes. */
function load(pointer: Code, at: number, stride: number, width: number): Code {
  if (width === 1) return [pointer, ['v128.load32_splat', at]];
  if (stride === 1) return [pointer, ['v128.load', at]];
  let vector: Code = [pointer, ['v128.load32_splat', at]];
  for (let lane = 1; lane < 4; lane++) {
    vector = [pointer, vector, ['v128.load32_lane', at + bytes * lane * stride, lane]];
  }
  return vector;
}

/** Loads the first lanes, the others 0. */
function partial(environment: Environment, cursor: number, at: number, stride: number, lanes: number): Code {
  const pointer: Code = [['local.get', cursor]];
  if (lanes === 4) return load(pointer, at, stride, 4);
  let vector: Code = environment.float(0);
  for (let lane = 0; lane < lanes; lane++) {
    vector = [pointer, vector, ['v128.load32_lane', at + bytes * lane * stride, lane]];
  }
  return vector;
}

function storeLanes(pointer: Code, value: Code, at: number, stride: number, width: number): Code {
  if (width === 4 && stride === 1) return [pointer, value, ['v128.store', at]];
  return Array.from({ length: width }, (_, lane): Code => [
    pointer,
    value,
    ['v128.store32_lane', at + bytes * lane * stride, lane],
  ]);
}

/** Lane i of the result is the sum of the lanes of vector i. */
function addLanes(environment: Environment, vectors: readonly number[]): Code {
  const [x, y, z, w] = [0, 1, 2, 3].map((i): Code => [['local.get', vectors[i] ?? vectors[0]!]]) as [
    Code,
    Code,
    Code,
    Code,
  ];
  const shuffle = (a: Code, b: Code, lanes: readonly number[]): Code => [
    a,
    b,
    ['i8x16.shuffle', lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte))],
  ];
  const pair = (a: Code, b: Code): Code => [
    shuffle(a, b, [0, 4, 1, 5]),
    shuffle(a, b, [2, 6, 3, 7]),
    ['f32x4.add'],
  ];
  const [setFirst, first] = environment.keep(pair(x, y));
  const [setSecond, second] = environment.keep(pair(z, w));
  return [
    setFirst,
    setSecond,
    shuffle(first, second, [0, 1, 4, 5]),
    shuffle(first, second, [2, 3, 6, 7]),
    ['f32x4.add'],
  ];
}
