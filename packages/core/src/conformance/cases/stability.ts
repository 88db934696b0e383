/** Composed functions where their obvious formulas overflow, cancel or divide zero by zero. */
import {
  argMax,
  elu,
  gatherAlong,
  gelu,
  huber,
  logSigmoid,
  logSoftmax,
  logSumExp,
  oneHot,
  relu,
  sigmoid,
  softmax,
  softplus,
  standardize,
} from '../../tensor/functions.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { caseOf, type ConformanceCase } from '../case.ts';
import type { Example } from '../examples/index.ts';
import { given, type Sample } from '../numbers.ts';
import { derivativeCases, differentiableNames, plainLoss } from './derived.ts';

const finite = [-1e4, -100, -30, -1, -1e-4, 0, 1e-4, 1, 30, 100, 1e4];
const all = [...finite, Infinity, -Infinity, NaN];
/** For functions of which nothing is promised at infinity. */
const finiteOrNot = [...finite, NaN];

/** Function, where its value is tested, size of the terms that cancel in it. */
const pointwise: readonly (readonly [
  name: string,
  build: (x: Tensor) => Tensor,
  numbers: readonly number[],
  scale: number,
])[] = [
  ['relu', relu, all, 0],
  ['elu', elu, all, 1],
  ['gelu', gelu, finiteOrNot, 1],
  ['sigmoid', sigmoid, finiteOrNot, 0],
  ['softplus', softplus, finiteOrNot, 1],
  ['logSigmoid', logSigmoid, finiteOrNot, 1],
  ['huber', (x) => huber(x), all, 0],
];

/* prettier-ignore */
const finiteRows = [
  [0, 0, 0], [1e4, 0, -1e4], [-1e4, -1e4, -1e4], [1e4, 1e4, 1e4], [88, 89, 90], [-200, -100, -150],
];
const maskedRows = [...finiteRows, [-Infinity, 0, 1], [-Infinity, -Infinity, 0]];
const allRows = [...maskedRows, [-Infinity, -Infinity, -Infinity], [Infinity, 0, 0], [NaN, 0, 0]];

const rowwise: readonly (readonly [name: string, build: (x: Tensor) => Tensor])[] = [
  ['softmax', (x) => softmax(x)],
  ['logSoftmax', (x) => logSoftmax(x)],
  ['logSumExp', (x) => logSumExp(x)],
];

const matrix = (rows: readonly (readonly number[])[]): Sample =>
  given(rows.flat(), [rows.length, rows[0]!.length])(0);

function valueCase(
  name: string,
  scale: ConformanceCase['scale'],
  operands: readonly Sample[],
  build: Example['build'],
): ConformanceCase {
  return caseOf(
    { group: 'stability', name, ...(scale !== undefined && { scale }) },
    operands,
    (...tensors) => ({
      y: build(...tensors),
    }),
  );
}

/** Gradient and curvature of Σ y. */
function slopes(name: string, operand: Sample, build: (x: Tensor) => Tensor): readonly ConformanceCase[] {
  const example = { name, operands: [operand], build };
  return derivativeCases(
    valueCase(name, 1, [operand], build),
    plainLoss(example),
    differentiableNames(example),
    1,
  );
}

/** Cases of functions at the extremes. */
export const stabilityCases: readonly ConformanceCase[] = [
  ...pointwise.flatMap(([name, build, numbers, scale]) => [
    valueCase(`${name} far out`, scale, [given(numbers)(0)], build),
    ...slopes(`${name} far out`, given(finite)(0), build),
  ]),
  ...rowwise.flatMap(([name, build]) => [
    valueCase(`${name} of rows far apart`, 1, [matrix(allRows)], build),
    ...slopes(`${name} of rows far apart`, matrix(maskedRows), build),
  ]),
  valueCase('standardize equal numbers', 1, [given([2, 2, 2, 2])(0)], (x) => standardize(x)),
  valueCase('standardize far from zero', 1, [given([1000, 1001, 1002, 1005])(0)], (x) => standardize(x)),
  valueCase(
    'argMax takes the first of equals',
    'exact',
    [
      matrix([
        [1, 3, 3],
        [0, -Infinity, 0],
        [-Infinity, -Infinity, -Infinity],
        [Infinity, 1, Infinity],
        [-0, 0, -1],
      ]),
    ],
    (x) => argMax(x),
  ),
  valueCase(
    'gatherAlong next to infinities',
    'exact',
    [matrix(maskedRows.slice(-2)), given([2, 2])(0)],
    gatherAlong,
  ),
  valueCase('oneHot outside the classes', 'exact', [given([0, 2, 3, -1, 0.5, NaN])(0)], (index) =>
    oneHot(index, 3),
  ),
];
