import { costOf } from './cost.ts';
import { trace } from './program.ts';
import type { Shape } from './shape.ts';
import { conv2d, scatterAdd } from './constructors.ts';
import { node, type Tensor } from './tensor.ts';

test('a layer costs two operations a weight and row, and one an activation', () => {
  const program = trace(({ x, w, b }) => ({ y: x.matmul(w).add(b).tanh() }), {
    x: [64, 4],
    w: [4, 2],
    b: [2],
  });
  expect(costOf(program)).toEqual({
    operations: 2 * 64 * 4 * 2 + 64 * 2 + 64 * 2,
    matrixOperations: 2 * 64 * 4 * 2,
    inputBytes: 4 * (64 * 4 + 4 * 2 + 2),
    outputBytes: 4 * 64 * 2,
    valueBytes: 3 * 4 * 64 * 2,
  });
});

/* prettier-ignore */
const operations: readonly (readonly [string, Shape[], (...operands: Tensor[]) => Tensor, number])[] = [
  ['a matrix product, left transposed', [[5, 2], [5, 3]], (a, b) => a.matmul(b, { transposeLeft: true }), 60],
  ['a batched matrix product', [[4, 2, 5], [4, 5, 3]], (a, b) => a.matmul(b), 240],
  ['a sum counts what it reads', [[2, 5]], (x) => x.sum(), 10],
  ['a maximum counts what it reads', [[2, 5]], (x) => x.maxOver(1), 10],
  ['broadcasting counts the result', [[5, 1], [1, 3]], (a, b) => a.mul(b), 15],
  // 2 results of 3 × 3, each from 1 × 2 × 2 products
  ['a convolution', [[1, 1, 4, 4], [2, 1, 2, 2]], (image, filter) => conv2d(image, filter), 2 * 18 * 4],
  ['scattered rows count the updates', [[3], [3, 2]], (index, updates) => scatterAdd(index, updates, 7), 6],
  ['moving is free', [[2, 3]], (x) => x.permute([1, 0]).reshape([6]).slice(0, 1).pad([1], [0]).stopGradient(), 0],
];

test.each(operations)('%s', (_, shapes, build, expected) => {
  const names = Object.fromEntries(shapes.map((shape, i) => [`x${i}`, shape]));
  expect(costOf(trace((inputs) => ({ y: build(...Object.values(inputs)) }), names)).operations).toBe(
    expected,
  );
});

test('the gradients of a convolution cost as much as itself', () => {
  const shapes = { image: [1, 3, 5, 5], filter: [2, 3, 2, 2], dy: [1, 2, 4, 4] };
  const unit = { stride: [1, 1], padding: [0, 0, 0, 0] } as const;
  const [forward, ...gradients] = [
    trace(({ image, filter }) => ({ y: conv2d(image, filter) }), shapes),
    trace(
      ({ filter, dy }) => ({ y: node('conv2dInputGradient', [dy, filter], { ...unit, inputSize: [5, 5] }) }),
      shapes,
    ),
    trace(
      ({ image, dy }) => ({ y: node('conv2dFilterGradient', [image, dy], { ...unit, filterSize: [2, 2] }) }),
      shapes,
    ),
  ].map((program) => costOf(program).matrixOperations);
  expect(forward).toBe(2 * 32 * 12);
  expect(gradients).toEqual([forward, forward]);
});
