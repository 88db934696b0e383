import { ShapeError } from '../errors.ts';
import { convolutionSize, inferShape, primitives, type Attributes, type Primitive } from './primitives.ts';
import type { Shape } from './shape.ts';

/** One mistake: primitive, operands, attributes, message. */
type Mistake = { [P in Primitive]: readonly [P, readonly Shape[], Attributes[P], string] }[Primitive];

const plain = { transposeLeft: false, transposeRight: false };
const unit = { stride: [1, 1], padding: [0, 0, 0, 0] } as const;

/* prettier-ignore */
const mistakes: readonly Mistake[] = [
  ['add', [[2], [3]], {}, 'add: shapes [2] and [3] do not broadcast'],
  ['where', [[2], [3], []], {}, 'where: shapes [2] and [3] and [] do not broadcast'],
  ['matmul', [[2, 3], [4, 5]], plain, 'got [2, 3] × [4, 5]'],
  ['matmul', [[3, 2], [4, 3]], { transposeLeft: true, transposeRight: false }, 'got [3, 2] transposed × [4, 3]'],
  ['matmul', [[2, 3], [5, 4]], { transposeLeft: false, transposeRight: true }, 'got [2, 3] × [5, 4] transposed'],
  ['matmul', [[2, 3], [1, 3, 4]], plain, 'matmul: expected [M, K] × [K, N] or [B, M, K] × [B, K, N]'],
  ['matmul', [[2, 2, 3], [1, 3, 4]], plain, 'got [2, 2, 3] × [1, 3, 4]'],
  ['matmul', [[3], [3]], plain, 'got [3] × [3]'],
  ['sum', [[2, 3]], { axes: [2] }, 'sum: axis 2 does not exist in shape [2, 3]'],
  ['maxOver', [[]], { axes: [0] }, 'maxOver: axis 0 does not exist in shape []'],
  ['reshape', [[2, 3]], { shape: [4] }, 'reshape: [2, 3] has 6 elements, [4] has 4'],
  ['reshape', [[2]], { shape: [-2] }, 'reshape: expected axes that are whole numbers ≥ 0, got [-2]'],
  ['permute', [[2, 3]], { axes: [0, 0] }, 'permute: [0, 0] does not name each axis of [2, 3] once'],
  ['permute', [[2, 3]], { axes: [0] }, 'permute: [0] does not name each axis of [2, 3] once'],
  ['broadcast', [[2]], { shape: [3] }, 'broadcast: shape [2] does not extend to [3]'],
  ['broadcast', [[1, 2]], { shape: [2] }, 'broadcast: shape [1, 2] does not extend to [2]'],
  ['slice', [[3]], { start: [1], stop: [4] }, 'slice: [1] to [4] does not lie within shape [3]'],
  ['slice', [[3]], { start: [2], stop: [1] }, 'slice: [2] to [1] does not lie within shape [3]'],
  ['slice', [[3]], { start: [0, 0], stop: [1, 1] }, 'does not lie within shape [3]'],
  ['slice', [[3]], { start: [0.5], stop: [2.5] }, 'slice: [0.5] to [2.5] does not lie within shape [3]: positions are whole'],
  ['slice', [[3]], { start: [0], stop: [1.5] }, 'positions are whole numbers'],
  ['pad', [[3]], { before: [-1], after: [0] }, 'pad: expected axes that are whole numbers ≥ 0, got [-1]'],
  ['pad', [[3]], { before: [0, 0], after: [0] }, 'pad: expected one number an axis of [3], got [0, 0], [0]'],
  ['concat', [], { axis: 0 }, 'concat: expected at least one operand, got none'],
  ['concat', [[2, 3], [2, 4]], { axis: 0 }, 'concat: shapes [2, 3] and [2, 4] differ outside axis 0'],
  ['concat', [[2, 3], [2]], { axis: 0 }, 'concat: shapes [2, 3] and [2] differ outside axis 0'],
  ['concat', [[2]], { axis: 1 }, 'concat: axis 1 does not exist in shape [2]'],
  ['gather', [[4, 2], [2, 2]], {}, 'gather: expected a table [N, …] and an index [B], got [4, 2] and [2, 2]'],
  ['gather', [[], [2]], {}, 'got [] and [2]'],
  ['scatterAdd', [[2], [3, 2]], { rows: 4 }, 'expected an index [B] and updates [B, …], got [2] and [3, 2]'],
  ['scatterAdd', [[2], [2]], { rows: -1 }, 'scatterAdd: expected axes that are whole numbers ≥ 0, got [-1]'],
  ['conv2d', [[1, 2, 4, 4], [1, 3, 2, 2]], unit, 'got [1, 2, 4, 4] and [1, 3, 2, 2]'],
  ['conv2d', [[2, 4, 4], [1, 2, 2, 2]], unit, 'conv2d: expected an image [batch, channel, height, width]'],
  ['conv2d', [[1, 1, 2, 2], [1, 1, 3, 3]], unit, 'conv2d: filter [1, 1, 3, 3] does not fit into image [1, 1, 2, 2]'],
  ['conv2d', [[1, 1, 2, 2], [1, 1, 1, 1]], { ...unit, stride: [0, 1] }, 'conv2d: expected strides that are whole numbers ≥ 1, got [0, 1]'],
  ['conv2d', [[1, 1, 2, 2], [1, 1, 1, 1]], { ...unit, padding: [0, 0, 0, -1] }, 'conv2d, padding: expected'],
  ['conv2dInputGradient', [[1, 1, 2, 2], [1, 1, 1, 1]], { ...unit, inputSize: [3, 3] }, 'conv2dInputGradient: expected ∂output [1, 1, 3, 3]'],
  ['conv2dFilterGradient', [[1, 1, 3, 3], [1, 1, 2, 2]], { ...unit, filterSize: [1, 1] }, 'conv2dFilterGradient: expected ∂output [1, 1, 3, 3]'],
  ['constant', [], { shape: [3], data: new Float64Array(2) }, 'constant: shape [3] needs 3 numbers, got 2'],
  ['iota', [], { shape: [3], axis: 1 }, 'iota: axis 1 does not exist in shape [3]'],
];

test.each(mistakes)('%s of %j is refused', (...[primitive, operands, attributes, message]) => {
  const attempt = () => inferShape(primitive, operands, attributes);
  expect(attempt).toThrow(ShapeError);
  expect(attempt).toThrow(message);
  expect(attempt).toThrow(new RegExp(`^${primitive}|^conv2d`));
});

test('the table is frozen and has no more than it promises', () => {
  expect(Object.isFrozen(primitives)).toBe(true);
  expect(primitives).toHaveLength(32);
});

test('the size of a convolution rounds down', () => {
  // floor((7 + 1 + 2 − 3) / 2) + 1 = 4 and floor((5 − 2) / 3) + 1 = 2
  expect(convolutionSize([7, 5], [3, 2], { stride: [2, 3], padding: [1, 2, 0, 0] })).toEqual([4, 2]);
});
