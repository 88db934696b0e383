/** Primitives at the ends of float32: ±0, NaN, ±∞, ties, the largest and the smallest numbers. */
import type { Binary, Unary } from '../../tensor/primitives.ts';
import { concat, conv2d, scatterAdd, where } from '../../tensor/constructors.ts';
import { node, type Tensor } from '../../tensor/tensor.ts';
import { caseOf, type ConformanceCase } from '../case.ts';
import { given, real } from '../numbers.ts';

const notFinite = [Infinity, -Infinity, NaN];
const tiny = 1e-20;
const huge = 3e38;
/** Below the smallest normal number: an engine may take these for zero. */
const denormal = 1e-40;
const common = [0, -0, 1, -1, 2.5, tiny, -tiny, huge, -huge, ...notFinite];

const unaryNumbers: { readonly [P in Unary]: readonly number[] } = {
  neg: [...common, denormal],
  exp: [0, -0, 1, -1, tiny, 1e-4, 88, -80, -110, 100, huge, -huge, ...notFinite],
  log: [...common, 1e-37, 1.0001, 0.9999],
  sqrt: [...common, 1e-37, 2, 1e38],
  abs: [...common, denormal],
  tanh: [...common, 1e-4, -1e-4, 0.3, 9, -9, 20, -20],
};

const unaries = (Object.keys(unaryNumbers) as Unary[]).map((primitive) =>
  caseOf(
    { group: 'extremes', name: `${primitive} at its extremes`, scale: 0 },
    [given(unaryNumbers[primitive])(0)],
    (x) => ({
      y: node(primitive, [x], {}),
    }),
  ),
);

const near = 1 + 2 ** -23;
const binaryNumbers: { readonly [P in Binary]: readonly number[] } = {
  add: [...common, 16777215, denormal],
  sub: [...common, 16777216, denormal],
  mul: [...common, 1e30],
  div: [...common, 1e30],
  max: [...common, near, denormal],
  min: [...common, near, denormal],
  less: [...common, near],
  equal: [...common, near],
};

/** Every number against every other: a column and a row. */
const binaries = (Object.keys(binaryNumbers) as Binary[]).map((primitive) => {
  const numbers = binaryNumbers[primitive];
  const operands = [given(numbers, [numbers.length, 1])(0), given(numbers, [1, numbers.length])(0)];
  return caseOf({ group: 'extremes', name: `${primitive} at its extremes`, scale: 0 }, operands, (x, y) => ({
    y: node(primitive, [x, y], {}),
  }));
});

/* prettier-ignore */
const rows: readonly (readonly number[])[] = [
  [1, 2, 3, 4], [2, 2, 1, 2], [0, -0, 0, -0], [-1, -3, -2, -4], [Infinity, 1, 2, 3], [-Infinity, 1, 2, 3],
  [Infinity, -Infinity, 0, 0], [-Infinity, -Infinity, -Infinity, -Infinity], [NaN, 1, 2, 3], [1, 2, 3, NaN],
  [-Infinity, NaN, -Infinity, 0], [Infinity, NaN, 0, 0], [huge, huge, 0, 0], [tiny, tiny, 0, tiny],
];
const table = given(rows.flat(), [rows.length, 4])(0);

function extreme(
  name: string,
  operands: Parameters<typeof caseOf>[1],
  build: (...operands: Tensor[]) => Tensor,
): ConformanceCase {
  return caseOf({ group: 'extremes', name, scale: 0 }, operands, (...tensors) => ({ y: build(...tensors) }));
}

/** NaN at one place, ∞ at another, in an image of ordinary numbers. */
const spoiled = real([1, 1, 5, 5])(1);
spoiled.values.set([NaN], 3);
spoiled.values.set([Infinity], 20);

/** Cases of primitives; the composed functions have their own file. */
export const extremeCases: readonly ConformanceCase[] = [
  ...unaries,
  ...binaries,
  extreme('sum over rows with infinities and NaN', [table], (x) => x.sum(1)),
  extreme('sum over columns with infinities and NaN', [table], (x) => x.permute([1, 0]).sum(0)),
  extreme('maxOver rows with ties, infinities and NaN', [table], (x) => x.maxOver(1)),
  extreme('maxOver columns with ties, infinities and NaN', [table], (x) => x.permute([1, 0]).maxOver(0)),
  extreme(
    'where takes the first for anything but 0',
    [given([0, -0, 1, -1, NaN, Infinity, tiny])(0), real([7])(1), real([7])(2)],
    where,
  ),
  extreme(
    'where leaves out what it does not take',
    [given([0, 1, 0, 1])(0), given([NaN, 1, Infinity, 2])(0), given([3, NaN, 4, -Infinity])(0)],
    where,
  ),
  extreme(
    'matmul of infinities and NaN, also against zeros',
    [given([1, Infinity, NaN, 1, 1, 2, 0, 0], [4, 2])(0), given([0, 1, 2, Infinity, 0, -1], [2, 3])(0)],
    (left, right) => left.matmul(right),
  ),
  extreme(
    'matmul of large and small numbers',
    [given([1e30, 1e-30, 1e-10, 1e10], [2, 2])(0), given([1e8, 0, 0, 1e-5], [2, 2])(0)],
    (left, right) => left.matmul(right),
  ),
  caseOf(
    { group: 'extremes', name: 'conv2d spoils only what sees NaN or infinity', scale: 10 },
    [spoiled, real([2, 1, 2, 2])(2)],
    (image, filter) => ({ y: conv2d(image, filter, { padding: [1, 1, 1, 1] }) }),
  ),
  extreme('moving infinities and NaN', [given([1, ...notFinite, -0, huge], [2, 3])(0)], (x) =>
    concat([x.permute([1, 0]).reshape([2, 3]), x.slice(1, 1).pad([0, 1], [0, 0]), x]).broadcast([2, 6, 3]),
  ),
  extreme(
    'gather of rows with infinities and NaN',
    [given([...notFinite, 1, 2, 3], [3, 2])(0), given([2, 0, 1, 0])(0)],
    (rows, index) => rows.gather(index),
  ),
  extreme(
    'scatterAdd of infinities and NaN',
    [given([0, 1, 1, 3, 3, 0])(0), given([1, Infinity, -Infinity, Infinity, 2, 3])(0)],
    (index, updates) => scatterAdd(index, updates, 5),
  ),
  extreme('whole numbers up to 2²⁴', [given([16777215, 16777214, 16777216])(0)], (x) =>
    concat([x, x.sub(1)]),
  ),
];
