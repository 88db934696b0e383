/** The kernel whose vectors run along the sum: C[i, j] = Σ over lanes of A[i, p…] · B[p…, j]. */
import type { Code } from '../../assembler/index.ts';
import type { Environment } from '../environment.ts';
import { alongSum, bytes, load, placeCursors, steps, type Product } from './product.ts';

/** Tiles whose vectors run along the sum; the lanes are added up at the end. */
export function emitInner(environment: Environment, product: Product): Code {
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

  const place = placeCursors(cursor, product, i, j);
  return steps(j, n, widest, (columns) => steps(i, m, tallest, (rows) => [place, tile(rows, columns)]));
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
