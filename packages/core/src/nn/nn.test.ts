/** Initial values, layers and the flat layout of parameters. */
import { constant, gradient, trace, type Tensor } from '../index.ts';
import { generator } from '../random/index.ts';
import { interpret } from '../reference/index.ts';
import {
  activations,
  constantInitializer,
  convolution,
  glorotUniform,
  heNormal,
  layout,
  linear,
  mlp,
  orthogonal,
  uniformFanIn,
  zeros,
  type Initializer,
  type Module,
} from './index.ts';

const draw = (initialize: Initializer, shape: readonly number[]) => initialize(shape, generator(1));
const evaluate = (outputs: Record<string, Tensor>) =>
  interpret(
    trace(() => outputs, {}),
    {},
  );

test.each([
  ['more rows', [6, 3]],
  ['more columns', [3, 6]],
  ['square', [5, 5]],
  ['a filter, as a matrix [out, in · height · width]', [4, 2, 3, 3]],
])('orthogonal: the shorter side is orthonormal times the gain, %s', (_, shape) => {
  const [rows, columns] = [shape[0]!, shape.slice(1).reduce((a, b) => a * b)];
  const values = draw(orthogonal(2), shape);
  const vector = (i: number) =>
    rows <= columns
      ? Array.from(values.subarray(i * columns, (i + 1) * columns))
      : Array.from({ length: rows }, (_, row) => values[row * columns + i]!);
  const count = Math.min(rows, columns);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const product = vector(i).reduce((sum, x, at) => sum + x * vector(j)[at]!, 0);
      expect(product).toBeCloseTo(i === j ? 4 : 0, 12);
    }
  }
});

test('the spread of initial values follows fan-in and fan-out', () => {
  const largest = (values: Float64Array) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const fanIn = largest(draw(uniformFanIn(), [100, 50]));
  expect(fanIn).toBeLessThanOrEqual(0.1);
  expect(fanIn).toBeGreaterThan(0.099);
  const glorot = largest(draw(glorotUniform(), [100, 50]));
  expect(glorot).toBeLessThanOrEqual(Math.sqrt(6 / 150));
  expect(glorot).toBeGreaterThan(0.99 * Math.sqrt(6 / 150));
  const he = draw(heNormal(), [32, 8, 3, 3]); // fan-in 8 · 3 · 3
  const variance = he.reduce((sum, x) => sum + x * x, 0) / he.length;
  expect(variance / (2 / 72)).toBeCloseTo(1, 1);
  expect([...draw(zeros, [2])]).toEqual([0, 0]);
  expect([...draw(constantInitializer(-0.5), [2])]).toEqual([-0.5, -0.5]);
});

test('a layer is y = x W + b with W stored [in, out]', () => {
  const layer = linear(2, 3);
  const y = layer.apply(
    { weight: constant([1, 2, 3, 4, 5, 6], [2, 3]), bias: constant([10, 20, 30]) },
    constant([1, 1], [1, 2]),
  );
  expect([...evaluate({ y })['y']!]).toEqual([15, 27, 39]);
});

test('a convolution layer adds one bias a channel', () => {
  const layer = convolution(1, 2, 2, { stride: 2, padding: 1 });
  expect(layer.parameters.weight.shape).toEqual([2, 1, 2, 2]);
  const weight = constant([0, 0, 0, 1, 1, 0, 0, 0], [2, 1, 2, 2]);
  const y = layer.apply({ weight, bias: constant([100, 200]) }, constant([1, 2, 3, 4], [1, 1, 2, 2]));
  expect(y.shape).toEqual([1, 2, 2, 2]);
  // The first filter looks at the lower right of its window, the second at the upper left.
  expect([...evaluate({ y })['y']!]).toEqual([101, 100, 100, 100, 200, 200, 200, 204]);
});

test('an MLP activates between its layers, and after the last one only when asked', () => {
  const apply = (module: Module) =>
    module.apply(
      {
        0: { weight: constant([2], [1, 1]), bias: constant([-5]) },
        1: { weight: constant([3], [1, 1]), bias: constant([-1]) },
      },
      constant([1], [1, 1]),
    );
  const sizes = [1, 1, 1];
  expect([...evaluate({ y: apply(mlp({ sizes, activation: 'relu' })) })['y']!]).toEqual([-1]);
  expect([...evaluate({ y: apply(mlp({ sizes, activation: 'relu', activateOutput: true })) })['y']!]).toEqual(
    [0],
  );
  expect(() => mlp({ sizes: [4, 0, 2] })).toThrow('[4, 0, 2]');
  expect(Object.keys(activations)).toEqual(['tanh', 'relu', 'elu', 'gelu', 'sigmoid']);
});

test('the flat vector holds each parameter at its named place, and gradients pack the same way', () => {
  const one = constantInitializer(1);
  const parameters = layout({ head: linear(2, 3).parameters, scale: { shape: [], initialize: one } });
  expect(parameters.size).toBe(10);
  expect(parameters.entries).toEqual([
    { name: 'head.weight', shape: [2, 3], offset: 0 },
    { name: 'head.bias', shape: [3], offset: 6 },
    { name: 'scale', shape: [], offset: 9 },
  ]);
  const program = trace(
    ({ flat }) => {
      const tree = parameters.unpack(flat);
      const loss = tree.head.weight.sum().mul(2).add(tree.head.bias.square().sum()).add(tree.scale.mul(7));
      return { slope: parameters.pack(gradient(loss, tree)), direct: gradient(loss, flat) };
    },
    { flat: [parameters.size] },
  );
  const { slope, direct } = interpret(program, { flat: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
  expect([...slope!]).toEqual([2, 2, 2, 2, 2, 2, 14, 16, 18, 7]);
  expect(direct).toEqual(slope);
  expect(parameters.initialize(generator(3))).toEqual(parameters.initialize(generator(3)));
  expect(parameters.initialize(generator(3)).slice(6)).toEqual(Float32Array.of(0, 0, 0, 1));
});
