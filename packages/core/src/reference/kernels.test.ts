/** What the primitives mean, by hand. Shapes and composed methods are tested beside `Tensor`. */
import { trace } from '../tensor/program.ts';
import { conv2d, scatterAdd, where } from '../tensor/constructors.ts';
import { constant, node, type Tensor } from '../tensor/tensor.ts';
import { interpret } from './interpreter.ts';

const evaluate = (tensor: Tensor): number[] =>
  Array.from(
    interpret(
      trace(() => ({ y: tensor }), {}),
      {},
    ).y!,
  );
const row = (...numbers: number[]): Tensor => constant(numbers);
const image = (numbers: number[], height: number, width: number): Tensor =>
  constant(numbers, [1, 1, height, width]);

/* prettier-ignore */
const meanings: readonly (readonly [string, Tensor, readonly number[]])[] = [
  ['max propagates NaN', row(NaN, 1, -0).max(row(1, NaN, 0)), [NaN, NaN, 0]],
  ['min propagates NaN', row(NaN, 1, 0).min(row(1, NaN, -0)), [NaN, NaN, -0]],
  ['maxOver propagates NaN', row(1, NaN, Infinity).maxOver(), [NaN]],
  ['maxOver of nothing', row().maxOver(), [-Infinity]],
  ['sum of nothing', row().sum(), [0]],
  ['sum of opposite infinities', row(Infinity, -Infinity).sum(), [NaN]],
  ['less is 0 for NaN', row(NaN, 0, -Infinity).less(row(1, NaN, Infinity)), [0, 0, 1]],
  ['equal is 0 for NaN', row(NaN, 0, Infinity).equal(row(NaN, -0, Infinity)), [0, 1, 1]],
  ['where asks whether the condition is 0', where(row(0, -0, NaN, -3), 1, 2), [2, 2, 1, 1]],
  ['log outside its range', row(0, -1, Infinity).log(), [-Infinity, NaN, Infinity]],
  ['sqrt outside its range', row(-1, -0, Infinity).sqrt(), [NaN, -0, Infinity]],
  ['neg of zeros', row(0, -0).neg(), [-0, 0]],
  ['abs of a negative zero', row(-0, -Infinity).abs(), [0, Infinity]],
  ['division by zeros', row(1, -1, 0).div(row(0, 0, 0)), [Infinity, -Infinity, NaN]],
  ['a product over nothing is 0', constant([], [2, 0]).matmul(constant([], [0, 1])), [0, 0]],
  ['a product does not skip zeros', row(0, 1).reshape([1, 2]).matmul(row(Infinity, 1).reshape([2, 1])), [NaN]],
  // [1 2; 3 4] · [5; 6] and [1 0; 0 2] · [7; 8]
  ['a batch of products', constant([1, 2, 3, 4, 1, 0, 0, 2], [2, 2, 2]).matmul(constant([5, 6, 7, 8], [2, 2, 1])), [17, 39, 7, 16]],
  ['rows that meet add up', scatterAdd(row(1, 1, 0), constant([1, 2, 3, 4, 5, 6], [3, 2]), 3), [5, 6, 4, 6, 0, 0]],
  // Windows of [1 2 3; 4 5 6; 7 8 9] under [1 0; 0 −1]: 1−5, 2−6, 4−8, 5−9.
  ['a convolution does not flip its filter', conv2d(image([1, 2, 3, 4, 5, 6, 7, 8, 9], 3, 3), image([1, 0, 0, -1], 2, 2)), [-4, -4, -4, -4]],
  // Padded [0 0 0; 0 1 2], stride 2 across: windows [0 0; 0 1] and none beyond.
  ['padding above and left, stride 2', conv2d(image([1, 2], 1, 2), image([1, 10, 100, 1000], 2, 2), { stride: [1, 2], padding: [1, 0, 1, 0] }), [1000]],
  // Each ∂output spreads the filter over its window: at 0 and 2, overlapping in the middle.
  ['the image gradient of a convolution', node('conv2dInputGradient', [image([1, 10], 1, 2), image([1, 2, 3], 1, 3)], { stride: [1, 2], padding: [0, 0, 0, 0], inputSize: [1, 5] }), [1, 2, 13, 20, 30]],
  // ∂filter[j] = Σ ∂output[o] · image[o + j]
  ['the filter gradient of a convolution', node('conv2dFilterGradient', [image([1, 2, 3, 4], 1, 4), image([1, 10, 100], 1, 3)], { stride: [1, 1], padding: [0, 0, 0, 0], filterSize: [1, 2] }), [321, 432]],
];

test.each(meanings)('%s', (_, tensor, expected) => {
  expect(evaluate(tensor)).toEqual(expected);
});

test.each([-1, 3, 0.5, NaN])('row %d of three does not exist', (index) => {
  expect(() => evaluate(constant([1, 2, 3]).gather(row(index)))).toThrow(
    `gather: expected an index that is a whole number in [0, 3), got ${index}`,
  );
  expect(() => evaluate(scatterAdd(row(index), row(1), 3))).toThrow('scatterAdd: expected an index');
});
