/** Examples of the primitives that move numbers or make them: shapes, rows by index, sources. */
import type { Primitive } from '../../tensor/primitives.ts';
import { formatShape, type Shape } from '../../tensor/shape.ts';
import { concat, iota, scatterAdd } from '../../tensor/constructors.ts';
import { constant, node } from '../../tensor/tensor.ts';
import { real, whole } from '../numbers.ts';
import { example, type Example } from './example.ts';

type Movement =
  | 'reshape'
  | 'permute'
  | 'broadcast'
  | 'slice'
  | 'pad'
  | 'concat'
  | 'gather'
  | 'scatterAdd'
  | 'constant'
  | 'iota'
  | 'stopGradient';
type Pair = readonly [Shape, Shape];
type Triple = readonly [Shape, Shape, Shape];

/* prettier-ignore */
const reshapes: readonly Pair[] = [
  [[], [1, 1]], [[1], []], [[6], [2, 3]], [[2, 3], [3, 2]], [[2, 3, 4], [4, 6]], [[2, 1, 3], [2, 3]],
  [[0], [2, 0, 3]], [[2, 2, 2, 2], [16]],
];
/* prettier-ignore */
const permutations: readonly Pair[] = [
  [[], []], [[5], [0]], [[2, 3], [1, 0]], [[1, 3], [1, 0]], [[0, 3], [1, 0]], [[2, 3, 4], [0, 2, 1]],
  [[2, 3, 4], [2, 0, 1]], [[2, 3, 4], [1, 2, 0]], [[2, 3, 4], [2, 1, 0]], [[2, 3, 4, 5], [0, 3, 1, 2]],
  [[2, 3, 1, 2], [3, 2, 1, 0]],
];
/* prettier-ignore */
const broadcasts: readonly Pair[] = [
  [[], []], [[], [3]], [[], [2, 3]], [[3], [2, 3]], [[1], [4]], [[2, 1], [2, 3]], [[1, 3], [2, 3]], [[1], [0]],
  [[1, 3], [0, 3]], [[2, 1, 3], [4, 2, 5, 3]], [[1, 1], [2, 3]],
];
/** Shape, start, stop. */
/* prettier-ignore */
const slices: readonly Triple[] = [
  [[], [], []], [[5], [1], [4]], [[5], [4], [5]], [[5], [2], [2]], [[0], [0], [0]], [[2, 3], [0, 1], [2, 3]],
  [[4, 3], [1, 0], [3, 3]], [[4, 3], [2, 1], [3, 2]], [[3, 4, 5], [1, 0, 2], [3, 4, 4]],
  [[2, 3, 2, 3], [0, 1, 1, 0], [2, 2, 2, 3]],
];
/** Shape, before, after. */
/* prettier-ignore */
const pads: readonly Triple[] = [
  [[], [], []], [[3], [1], [2]], [[3], [0], [0]], [[0], [2], [1]], [[2, 3], [0, 2], [0, 0]], [[2, 3], [1, 0], [1, 2]],
  [[2, 1, 2, 2], [0, 1, 0, 2], [1, 0, 0, 1]],
];
/* prettier-ignore */
const joins: readonly (readonly [axis: number, readonly Shape[]])[] = [
  [0, [[3]]], [0, [[2], [3]]], [0, [[2], [0], [1]]], [0, [[2, 3], [1, 3]]], [1, [[2, 3], [2, 1], [2, 2]]],
  [1, [[2, 1], [2, 0]]], [2, [[2, 3, 1], [2, 3, 2]]], [1, [[2, 1, 2, 2], [2, 2, 2, 2]]],
];
/** Table, number of indices. */
/* prettier-ignore */
const gathers: readonly (readonly [Shape, number])[] = [
  [[4], 6], [[4, 3], 5], [[1, 3], 3], [[4, 3], 1], [[4, 3], 0], [[3, 2, 2], 4], [[1000, 2], 7], [[3, 0], 2],
];
/** Updates, rows. */
/* prettier-ignore */
const scatters: readonly (readonly [Shape, number])[] = [
  [[6], 4], [[5, 3], 4], [[3, 2], 1], [[1, 3], 4], [[0, 3], 4], [[4, 2, 2], 3], [[7, 2], 1000], [[2, 0], 3],
];

/** By primitive. */
export const movementExamples: { readonly [P in Movement & Primitive]: readonly Example[] } = {
  reshape: reshapes.map(([from, to]) =>
    example(`reshape to ${formatShape(to)} of`, [real(from)], (x) => x.reshape(to)),
  ),
  permute: permutations.map(([shape, axes]) =>
    example(`permute by ${formatShape(axes)} of`, [real(shape)], (x) => x.permute(axes)),
  ),
  broadcast: broadcasts.map(([from, to]) =>
    example(`broadcast to ${formatShape(to)} of`, [real(from)], (x) => x.broadcast(to)),
  ),
  slice: slices.map(([shape, start, stop]) =>
    example(`slice ${formatShape(start)} to ${formatShape(stop)} of`, [real(shape)], (x) =>
      node('slice', [x], { start, stop }),
    ),
  ),
  pad: pads.map(([shape, before, after]) =>
    example(`pad ${formatShape(before)}, ${formatShape(after)} of`, [real(shape)], (x) =>
      x.pad(before, after),
    ),
  ),
  concat: joins.map(([axis, shapes]) =>
    example(
      `concat along ${axis} of`,
      shapes.map((shape) => real(shape)),
      (...parts) => concat(parts, axis),
    ),
  ),
  gather: gathers.map(([table, count]) =>
    example('gather', [real(table), whole([count], table[0]!)], (rows, index) => rows.gather(index)),
  ),
  scatterAdd: scatters.map(([updates, rows]) =>
    example(`scatterAdd into ${rows} rows`, [whole([updates[0]!], rows), real(updates)], (index, values) =>
      scatterAdd(index, values, rows),
    ),
  ),
  constant: [
    example('constant of rank 0', [], () => constant(0.75)),
    example('constant of rank 2', [], () => constant([1, -2, 3, -4, 5, -6], [2, 3])),
    example('constant of size 0', [], () => constant([], [0, 2])),
    example('constants that are not finite', [], () =>
      constant([Infinity, -Infinity, NaN, -0, 2 ** -126, 2 ** 127]),
    ),
    example('add of a constant', [real([2, 3])], (x) => x.add(constant([0.5, 1.5, -2.5]))),
  ],
  iota: (
    [
      [[4], 0],
      [[2, 3], 0],
      [[2, 3], 1],
      [[2, 3, 2], 1],
      [[0], 0],
      [[2, 0], 0],
      [[1], 0],
    ] as const satisfies readonly (readonly [Shape, number])[]
  ).map(([shape, axis]) => example(`iota ${formatShape(shape)} along ${axis}`, [], () => iota(shape, axis))),
  stopGradient: [
    example('stopGradient', [real([2, 3])], (x) => x.stopGradient()),
    example('stopGradient in a product', [real([3])], (x) => x.stopGradient().mul(x)),
  ],
};
