import { ShapeError } from '../errors.ts';
import { interpret } from '../reference/interpreter.ts';
import * as f from './functions.ts';
import { gradient } from './gradient.ts';
import { trace } from './program.ts';
import { constant, type Tensor } from './tensor.ts';

const evaluate = (tensor: Tensor): number[] =>
  Array.from(
    interpret(
      trace(() => ({ y: tensor }), {}),
      {},
    ).y!,
  );
const slope = (y: (x: Tensor) => Tensor, x: Tensor): number[] => evaluate(gradient(y(x).sum(), x));

const [e, ln2] = [Math.E, Math.LN2];
const row = (...numbers: number[]): Tensor => constant(numbers);

/* prettier-ignore */
const values: readonly (readonly [string, Tensor, readonly number[]])[] = [
  ['relu', f.relu(row(-1, 0, 2)), [0, 0, 2]],
  ['elu', f.elu(row(-1, 0, 2)), [1 / e - 1, 0, 2]],
  // x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))) at x = 1: tanh(0.8335630619) = 0.6823839841.
  ['gelu', f.gelu(row(0, 1, 1e3, -1e3)), [0, 0.8411919906, 1e3, 0]],
  ['gelu at infinity', f.gelu(row(Infinity, -Infinity)), [Infinity, 0]],
  ['sigmoid', f.sigmoid(row(0, Math.log(3), -Math.log(3), 1e4, -1e4)), [0.5, 0.75, 0.25, 1, 0]],
  ['sigmoid keeps small numbers', f.sigmoid(row(-40)).div(Math.exp(-40)), [1]],
  ['softplus', f.softplus(row(0, Math.log(3), 1e4, -1e4)), [ln2, Math.log(4), 1e4, 0]],
  ['logSigmoid', f.logSigmoid(row(0, 1e4, -1e4)), [-ln2, 0, -1e4]],
  ['logSumExp', f.logSumExp(row(0, Math.log(2), Math.log(5))), [Math.log(8)]],
  ['logSumExp far out', f.logSumExp(row(1e4, 1e4)), [1e4 + ln2]],
  ['logSumExp beside −∞', f.logSumExp(row(-Infinity, 3)), [3]],
  ['logSumExp of −∞ only', f.logSumExp(row(-Infinity, -Infinity)), [-Infinity]],
  ['logSumExp with +∞', f.logSumExp(row(Infinity, 0)), [Infinity]],
  ['logSumExp over two axes', f.logSumExp(constant([0, 0, 0, 0], [2, 2]), [0, 1]), [Math.log(4)]],
  ['logSoftmax', f.logSoftmax(row(0, Math.log(3))), [-Math.log(4), Math.log(0.75)]],
  ['logSoftmax far out', f.logSoftmax(row(1e4, 0)), [0, -1e4]],
  ['logSoftmax of a masked choice', f.logSoftmax(row(-Infinity, 0)), [-Infinity, 0]],
  ['softmax', f.softmax(row(0, Math.log(3))), [0.25, 0.75]],
  ['softmax far out', f.softmax(row(1e4, 1e4, -1e4)), [0.5, 0.5, 0]],
  ['softmax of a masked choice', f.softmax(row(-Infinity, 2, 2)), [0, 0.5, 0.5]],
  ['huber', f.huber(row(-3, 0.5, 2), 1), [2.5, 0.125, 1.5]],
  ['huber with δ = 2', f.huber(row(-3, 1), 2), [4, 0.5]],
  ['oneHot', f.oneHot(row(2, 0), 3), [0, 0, 1, 1, 0, 0]],
  ['gatherAlong', f.gatherAlong(constant([1, 2, 3, 4], [2, 2]), row(1, 0)), [2, 3]],
  ['gatherAlong beside −∞', f.gatherAlong(constant([-Infinity, 5], [1, 2]), row(1)), [5]],
  ['argMax', f.argMax(constant([1, 3, 3, 9, 2, 0], [2, 3])), [1, 0]],
  ['argMax along 0', f.argMax(constant([1, 3, 3, 9, 2, 3], [2, 3]), 0), [1, 0, 0]],
  ['minimumOf', f.minimumOf([row(1, 5), row(2, 4), row(3, 0)]), [1, 0]],
  // Mean 3, unbiased variance (4 + 0 + 4) / 2 = 4.
  ['standardize', f.standardize(row(1, 3, 5), 0), [-1, 0, 1]],
  ['standardize equal numbers', f.standardize(row(2, 2)), [0, 0]],
  ['standardize a single number', f.standardize(row(7)), [0]],
  ['meanSquaredError', f.meanSquaredError(row(1, 2), row(3, 5)), [6.5]],
  ['inner', f.inner(row(1, 2), row(3, 5)), [13]],
];

test.each(values)('%s', (_, tensor, expected) => {
  const got = evaluate(tensor);
  expect(got).toHaveLength(expected.length);
  got.forEach((number, i) => expect(number).toBeCloseTo(expected[i]!, 9));
});

/* prettier-ignore */
const slopes: readonly (readonly [string, (x: Tensor) => Tensor, Tensor, readonly number[]])[] = [
  ['relu, 0 at 0', f.relu, row(-1, 0, 2), [0, 0, 1]],
  ['elu, 1 at 0, without overflow', f.elu, row(-1e4, 0, 1e4), [0, 1, 1]],
  ['gelu far out', f.gelu, row(-1e200, -1e3, 0, 1e3, 1e200), [0, 0, 0.5, 1, 1]],
  ['sigmoid, also at 0', f.sigmoid, row(0, 1e4, -1e4), [0.25, 0, 0]],
  ['softplus, also at 0', f.softplus, row(0, Math.log(3), 1e4, -1e4), [0.5, 0.75, 1, 0]],
  ['the slope of softplus', (x) => gradient(f.softplus(x).sum(), x), row(0, 1e4, -1e4), [0.25, 0, 0]],
  ['the slope of huber', (x) => gradient(f.huber(x).sum(), x), row(-2, 0, 0.5), [0, 1, 1]],
  ['huber', (x) => f.huber(x), row(-3, 0, 0.5, 1, 3), [-1, 0, 0.5, 1, 1]],
  ['logSumExp beside −∞', (x) => f.logSumExp(x), row(-Infinity, 1, 1), [0, 0.5, 0.5]],
  ['the logSoftmax of one choice', (x) => f.logSoftmax(x).slice(0, 0, 1), row(0, Math.log(3)), [0.75, -0.75]],
  ['argMax has none', (x) => f.argMax(x), row(1, 2), [0, 0]],
  ['clip, 0 outside', (x) => x.clip(-1, 1), row(-2, 0.5, 2), [0, 1, 0]],
];

test.each(slopes)('derivative of %s', (_, build, x, expected) => {
  slope(build, x).forEach((number, i) => expect(number).toBeCloseTo(expected[i]!, 9));
});

test('shapes that do not fit are refused', () => {
  expect(() => f.meanSquaredError(row(1, 2), row(1, 2).expand(1))).toThrow(
    'meanSquaredError: prediction [2] and target [2, 1] differ',
  );
  // Each of these would broadcast.
  const column = row(1, 2).expand(1);
  for (const [x, index] of [
    [row(1, 2), row(0)],
    [column.transpose(), row(0, 0)],
    [column, row(0)],
  ] as const) {
    expect(() => f.gatherAlong(x, index)).toThrow(ShapeError);
    expect(() => f.gatherAlong(x, index)).toThrow('gatherAlong: expected values [..., K] and an index [...]');
  }
  expect(() => f.inner(row(1, 2), row(3))).toThrow(ShapeError);
  expect(() => f.inner(row(1, 2), row(3))).toThrow(
    'inner: expected two tensors of one shape, got [2] and [1]',
  );
});
