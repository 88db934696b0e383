import { ShapeError } from '../errors.ts';
import {
  broadcastShapes,
  checkShape,
  formatShape,
  keepAxes,
  resolveAxis,
  sameShape,
  sizeOf,
  stridesOf,
  withoutAxes,
  type Shape,
} from './shape.ts';

test.each([
  [[], 1, []],
  [[3], 3, [1]],
  [[2, 3, 4], 24, [12, 4, 1]],
  [[2, 0, 3], 0, [0, 3, 1]],
])('size and strides of %j', (shape, size, strides) => {
  expect(sizeOf(shape)).toBe(size);
  expect(stridesOf(shape)).toEqual(strides);
});

test('equal shapes have the same axes', () => {
  expect(sameShape([2, 3], [2, 3])).toBe(true);
  expect(sameShape([2, 3], [3, 2])).toBe(false);
  expect(sameShape([2], [2, 1])).toBe(false);
  expect(sameShape([], [])).toBe(true);
});

test('axes are removed or kept at size 1', () => {
  expect(withoutAxes([2, 3, 4], [0, 2])).toEqual([3]);
  expect(keepAxes([2, 3, 4], [0, 2])).toEqual([1, 3, 1]);
  expect(formatShape([2, 3])).toBe('[2, 3]');
});

test('negative axes count from the back', () => {
  expect(resolveAxis('sum', -1, [2, 3])).toBe(1);
  expect(resolveAxis('sum', 0, [2, 3])).toBe(0);
  for (const axis of [2, -3, 0.5, NaN]) {
    expect(() => resolveAxis('sum', axis, [2, 3])).toThrow(
      `sum: axis ${axis} does not exist in shape [2, 3]`,
    );
  }
});

test.each([[[-1]], [[1.5]], [[NaN]], [[Infinity]]])('%j is no shape', (shape) => {
  expect(() => checkShape('trace', shape)).toThrow(ShapeError);
});

test.each<[Shape[], Shape]>([
  [[[], []], []],
  [[[], [3]], [3]],
  [
    [[3], [2, 3]],
    [2, 3],
  ],
  [
    [[2, 3], [1]],
    [2, 3],
  ],
  [
    [
      [2, 1],
      [1, 3],
    ],
    [2, 3],
  ],
  [[[0], [1]], [0]],
  [
    [
      [2, 0],
      [2, 1],
    ],
    [2, 0],
  ],
  [
    [[2, 1], [2, 3], []],
    [2, 3],
  ],
  [
    [
      [1, 4, 1],
      [2, 1, 3],
    ],
    [2, 4, 3],
  ],
])('%j broadcast to %j', (shapes, result) => {
  expect(broadcastShapes('add', ...shapes)).toEqual(result);
  expect(broadcastShapes('add', ...shapes.toReversed())).toEqual(result);
});

test.each<[Shape[]]>([
  [[[2], [3]]],
  [[[0], [2]]],
  [[[2, 3], [2]]],
  [
    [
      [2, 3],
      [4, 1, 2],
    ],
  ],
])('%j do not broadcast', (shapes) => {
  expect(() => broadcastShapes('add', ...shapes)).toThrow(
    `add: shapes ${shapes.map(formatShape).join(' and ')}`,
  );
});

test.each<[Shape[]]>([[[[64], [64, 1]]], [[[64, 1], [64]]], [[[3], [2, 1]]], [[[1, 1], [3]]]])(
  '%j would both grow and are refused',
  (shapes) => {
    expect(() => broadcastShapes('sub', ...shapes)).toThrow(
      /^sub: shapes .* and .* of different rank would all grow, .*squeeze \[B, 1\] to \[B\]$/,
    );
  },
);
