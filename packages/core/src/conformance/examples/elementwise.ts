/** Examples of the elementwise primitives: rank 0 to 4, broadcasting both ways, axes of size 0 and 1. */
import type { Binary, Unary } from '../../tensor/primitives.ts';
import type { Shape } from '../../tensor/shape.ts';
import { where } from '../../tensor/constructors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { nonzero, real, whole, type Draw } from '../numbers.ts';
import { example, type Example } from './example.ts';

const shapes: readonly Shape[] = [[], [1], [5], [0], [2, 3], [2, 0, 3], [2, 1, 3, 2]];

/* prettier-ignore */
const pairs: readonly (readonly [Shape, Shape])[] = [
  [[], []], [[3], [3]], [[], [2, 3]], [[2, 3], []], [[3], [2, 3]], [[2, 3], [3]], [[1], [4]], [[2, 1], [2, 3]],
  [[2, 3], [1, 3]], [[2, 1], [1, 3]], [[0], [1]], [[2, 0], [2, 1]], [[2, 1, 3, 1], [1, 4, 1, 2]], [[2, 3, 4, 5], [4, 5]],
];
/** Condition, and what to choose from. */
/* prettier-ignore */
const triples: readonly (readonly [Shape, Shape, Shape])[] = [
  [[], [], []], [[4], [4], [4]], [[2, 3], [2, 3], [2, 3]], [[2, 1], [2, 3], []], [[], [2, 3], [3]],
  [[2, 3], [1, 3], [2, 1]], [[0], [1], [0]], [[2, 1, 3, 1], [2, 4, 3, 2], [3, 2]],
];

const positive = (shape: Shape): Draw => real(shape, 0.25, 2);

const unary = (name: Unary, draw: (shape: Shape) => Draw, build: (x: Tensor) => Tensor): readonly Example[] =>
  shapes.map((shape) => example(name, [draw(shape)], build));

const binary = (
  name: Binary,
  build: (x: Tensor, y: Tensor) => Tensor,
  left: (shape: Shape) => Draw = real,
  right: (shape: Shape) => Draw = left,
): readonly Example[] => pairs.map(([x, y]) => example(name, [left(x), right(y)], build));

/** Whole numbers of which many are equal. */
const ties = (shape: Shape): Draw => whole(shape, 3);

/** By primitive. */
export const elementwiseExamples: { readonly [P in Unary | Binary | 'where']: readonly Example[] } = {
  neg: unary('neg', real, (x) => x.neg()),
  exp: unary('exp', real, (x) => x.exp()),
  log: unary('log', positive, (x) => x.log()),
  sqrt: unary('sqrt', positive, (x) => x.sqrt()),
  abs: unary('abs', nonzero, (x) => x.abs()),
  tanh: unary('tanh', real, (x) => x.tanh()),
  add: binary('add', (x, y) => x.add(y)),
  sub: binary('sub', (x, y) => x.sub(y)),
  mul: binary('mul', (x, y) => x.mul(y)),
  div: binary('div', (x, y) => x.div(y), real, nonzero),
  max: binary('max', (x, y) => x.max(y)),
  min: binary('min', (x, y) => x.min(y)),
  less: binary('less', (x, y) => x.less(y), ties),
  equal: binary('equal', (x, y) => x.equal(y), ties),
  where: triples.map(([condition, x, y]) => example('where', [whole(condition, 2), real(x), real(y)], where)),
};
