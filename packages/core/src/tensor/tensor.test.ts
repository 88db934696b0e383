import { ShapeError } from '../errors.ts';
import { interpret } from '../reference/interpreter.ts';
import { trace } from './program.ts';
import { concat, conv2d, full, iota, scatterAdd, stack, sumTo, where } from './constructors.ts';
import { constant, type Tensor } from './tensor.ts';

/** Shape and numbers of an expression of constants. */
const evaluate = (tensor: Tensor): [readonly number[], number[]] => [
  tensor.shape,
  Array.from(
    interpret(
      trace(() => ({ y: tensor }), {}),
      {},
    ).y!,
  ),
];

const m = constant([1, -2, 3, -4, 5, -6], [2, 3]);
const v = constant([4, 9, 16]);
const s = constant(2);

/* prettier-ignore */
const expressions: readonly (readonly [string, () => Tensor, readonly number[], readonly number[]])[] = [
  ['neg', () => v.neg(), [3], [-4, -9, -16]],
  ['sqrt', () => v.sqrt(), [3], [2, 3, 4]],
  ['abs', () => m.abs(), [2, 3], [1, 2, 3, 4, 5, 6]],
  ['exp then log', () => s.exp().log(), [], [2]],
  ['tanh', () => constant([0, Infinity]).tanh(), [2], [0, 1]],
  ['square', () => m.square(), [2, 3], [1, 4, 9, 16, 25, 36]],
  ['add of a number', () => v.add(1), [3], [5, 10, 17]],
  ['sub of a row', () => m.sub(v), [2, 3], [-3, -11, -13, -8, -4, -22]],
  ['mul of a column', () => m.mul(constant([1, 10], [2, 1])), [2, 3], [1, -2, 3, -40, 50, -60]],
  ['div', () => v.div(s), [3], [2, 4.5, 8]],
  ['an outer product, both ranks written out', () => v.expand(1).mul(constant([1, 2], [1, 2])), [3, 2], [4, 8, 9, 18, 16, 32]],
  ['max', () => m.max(0), [2, 3], [1, 0, 3, 0, 5, 0]],
  ['min', () => m.min(v), [2, 3], [1, -2, 3, -4, 5, -6]],
  ['less', () => m.less(-2), [2, 3], [0, 0, 0, 1, 0, 1]],
  ['greater', () => m.greater(-2), [2, 3], [1, 0, 1, 0, 1, 0]],
  ['equal', () => m.equal(-2), [2, 3], [0, 1, 0, 0, 0, 0]],
  ['clip', () => m.clip(-3, 2), [2, 3], [1, -2, 2, -3, 2, -3]],
  ['where', () => where(m.greater(0), m, s), [2, 3], [1, 2, 3, 2, 5, 2]],
  ['matmul', () => m.matmul(v.expand(1)), [2, 1], [34, -67]],
  ['matmul, right transposed', () => m.matmul(m, { transposeRight: true }), [2, 2], [14, -32, -32, 77]],
  ['matmul, left transposed', () => m.matmul(constant([1, 1], [2, 1]), { transposeLeft: true }), [3, 1], [-3, 3, -3]],
  ['sum', () => m.sum(), [], [-3]],
  ['sum over rows, axes kept', () => m.sum(-1, { keepAxes: true }), [2, 1], [2, -5]],
  ['sum over no axis', () => m.sum([]), [2, 3], [1, -2, 3, -4, 5, -6]],
  ['maxOver', () => m.maxOver(0), [3], [1, 5, 3]],
  ['minOver', () => m.minOver(1), [2], [-2, -6]],
  ['mean', () => m.mean(), [], [-0.5]],
  ['mean over columns', () => m.mean(0), [3], [-1.5, 1.5, -1.5]],
  ['mean of nothing', () => constant([]).mean(), [], [NaN]],
  // Deviations of 4, 9, 14 from 9: −5, 0, 5.
  ['variance', () => constant([4, 9, 14]).variance(), [], [50 / 3]],
  ['variance, unbiased', () => constant([4, 9, 14]).variance(0, { correction: 1 }), [], [25]],
  ['reshape with a hole', () => m.reshape([-1, 2]), [3, 2], [1, -2, 3, -4, 5, -6]],
  ['squeeze', () => v.reshape([1, 3]).squeeze(0), [3], [4, 9, 16]],
  ['expand in front', () => v.expand(0), [1, 3], [4, 9, 16]],
  ['expand at the end', () => v.expand(-1), [3, 1], [4, 9, 16]],
  ['permute', () => m.permute([1, 0]), [3, 2], [1, -4, -2, 5, 3, -6]],
  ['transpose of a batch', () => m.reshape([1, 2, 3]).transpose(), [1, 3, 2], [1, -4, -2, 5, 3, -6]],
  ['broadcast', () => v.broadcast([2, 3]), [2, 3], [4, 9, 16, 4, 9, 16]],
  ['slice', () => m.slice(1, 1), [2, 2], [-2, 3, 5, -6]],
  ['slice from the end', () => m.slice(-1, -2, -1), [2, 1], [-2, 5]],
  ['pad', () => v.pad([1], [2]), [6], [0, 4, 9, 16, 0, 0]],
  ['concat', () => concat([m, m.neg()], -1).slice(0, 0, 1), [1, 6], [1, -2, 3, -1, 2, -3]],
  ['stack', () => stack([v, v.neg()], 1), [3, 2], [4, -4, 9, -9, 16, -16]],
  ['stack behind the last axis', () => stack([v, v.neg()], -1), [3, 2], [4, -4, 9, -9, 16, -16]],
  ['gather', () => m.gather(constant([1, 0, 1])), [3, 3], [-4, 5, -6, 1, -2, 3, -4, 5, -6]],
  ['scatterAdd', () => scatterAdd(constant([2, 0, 2]), v, 4), [4], [9, 0, 20, 0]],
  ['iota', () => iota([2, 3]), [2, 3], [0, 1, 2, 0, 1, 2]],
  ['iota along the first axis', () => iota([2, 3], 0), [2, 3], [0, 0, 0, 1, 1, 1]],
  ['full', () => full([2, 2], 7), [2, 2], [7, 7, 7, 7]],
  ['sumTo a column', () => sumTo(m, [2, 1]), [2, 1], [2, -5]],
  ['sumTo a scalar', () => sumTo(m, []), [], [-3]],
  // 1·1 + 3·2 = 7 with the image [1 2 3; 4 5 6] and a filter [1 0 2] of one row.
  ['conv2d', () => conv2d(m.abs().reshape([1, 1, 2, 3]), constant([1, 0, 2], [1, 1, 1, 3])), [1, 1, 2, 1], [7, 16]],
  ['stopGradient', () => v.stopGradient(), [3], [4, 9, 16]],
];

test.each(expressions)('%s', (_, build, shape, numbers) => {
  const [gotShape, gotNumbers] = evaluate(build());
  expect(gotShape).toEqual(shape);
  expect(gotNumbers).toHaveLength(numbers.length);
  // Adding 0 makes −0 and 0 the same.
  gotNumbers.forEach((number, i) => {
    if (Number.isNaN(numbers[i])) expect(number).toBeNaN();
    else expect(number + 0).toBeCloseTo(numbers[i]!, 12);
  });
});

/* prettier-ignore */
const mistakes: readonly (readonly [string, () => Tensor, string])[] = [
  ['[B] against [B, 1]', () => v.sub(v.expand(1)), 'sub: shapes [3] and [3, 1] of different rank would all grow, to [3, 3]'],
  ['a product of vectors', () => v.matmul(v), 'matmul: expected [M, K] × [K, N] or [B, M, K] × [B, K, N], got [3] × [3]'],
  ['an axis that is not there', () => v.sum(1), 'sum: axis 1 does not exist in shape [3]'],
  ['a squeeze of a long axis', () => v.squeeze(0), 'squeeze: axis 0 of [3] has size 3, not 1'],
  ['an expand outside the rank', () => v.expand(2), 'expand: axis 2 does not exist'],
  ['a hole that does not come out', () => v.reshape([2, -1]), 'reshape: [3] does not fill [2, -1]'],
  ['a hole beside an axis of size 0', () => constant([]).reshape([0, -1]), 'reshape: [0] does not fill [0, -1]'],
  ['a transposed vector', () => v.transpose(), 'permute'],
  ['a slice past the end', () => v.slice(0, 2, 5), 'slice: [2] to [5] does not lie within shape [3]'],
  ['nothing joined', () => concat([]), 'concat: expected at least one operand, got none'],
];

test.each(mistakes)('%s is refused', (_, build, message) => {
  expect(build).toThrow(ShapeError);
  expect(build).toThrow(message);
});

test('a node knows its rank and size', () => {
  expect([m.rank, m.size, s.rank, s.size]).toEqual([2, 6, 0, 1]);
});

test('constants copy what they are given', () => {
  const data = [1, 2];
  const c = constant(data);
  data[0] = 9;
  expect(evaluate(c)).toEqual([[2], [1, 2]]);
});
