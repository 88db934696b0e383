/** Examples of the reductions: every axis, several, none, and axes of size 0 and 1. */
import type { Shape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { real } from '../numbers.ts';
import { example, type Example } from './example.ts';

const reductions: readonly (readonly [Shape, axes: readonly number[]])[] = [
  [[], []],
  [[1], [0]],
  [[5], [0]],
  [[2, 3], []],
  [[2, 3], [0]],
  [[2, 3], [1]],
  [
    [2, 3],
    [0, 1],
  ],
  [[2, 1, 3], [1]],
  [[2, 3, 4], [1]],
  [
    [2, 3, 4, 2],
    [1, 3],
  ],
  [
    [2, 3, 4, 2],
    [0, 2],
  ],
  [
    [2, 3, 2, 2],
    [0, 1, 2, 3],
  ],
  [[0], [0]],
  [[2, 0], [1]],
  [[2, 0], [0]],
  [[0, 3], [0]],
  [[300], [0]],
  [[2, 257], [1]],
];

const reduction = (name: string, build: (x: Tensor, axes: readonly number[]) => Tensor): readonly Example[] =>
  reductions.map(([shape, axes]) =>
    example(`${name} over ${axes.join(', ')} of`, [real(shape)], (x) => build(x, axes)),
  );

/** By primitive. */
export const reductionExamples: { readonly [P in 'sum' | 'maxOver']: readonly Example[] } = {
  sum: reduction('sum', (x, axes) => x.sum(axes)),
  maxOver: reduction('maxOver', (x, axes) => x.maxOver(axes)),
};
