import { constant, gradient, scatterAdd, trace, where, type Program } from '@ascent-rl/core';
import { ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import { interpret } from '@ascent-rl/core/reference';
import { readModel, writeModel, type ModelOptions, type NodeProto } from './index.ts';
import { runModel } from './testing/run-model.ts';

const layer: Program = trace(({ x, w, b }) => ({ y: x.matmul(w).add(b).tanh() }), {
  x: [3, 4],
  w: [4, 2],
  b: [2],
});

const nodesOf = (program: Program, options?: ModelOptions): readonly NodeProto[] =>
  readModel(writeModel(program, options)).graph.node;
const operatorsOf = (program: Program, options?: ModelOptions): string[] =>
  nodesOf(program, options).map(({ opType }) => opType);

describe('a model', () => {
  test('states its version, its writer and what is said about it', () => {
    const metadata = { observation_names: 'position,velocity', note: 'Größe ≥ 1' };
    const model = readModel(writeModel(layer, { name: 'policy', producerVersion: '1.2.3', metadata }));
    expect(model.irVersion).toBe(8);
    expect(model.opsetImport).toEqual([{ domain: '', version: 15 }]);
    expect([model.producerName, model.producerVersion]).toEqual(['ascent', '1.2.3']);
    expect(model.metadataProps).toEqual([
      { key: 'observation_names', value: 'position,velocity' },
      { key: 'note', value: 'Größe ≥ 1' },
    ]);
    expect(model.graph.name).toBe('policy');
  });

  test('keeps names and shapes of inputs and outputs', () => {
    const { input, output } = readModel(writeModel(layer)).graph;
    const describe = ({ name, type }: (typeof input)[number]) => [
      name,
      type.tensorType.elemType,
      type.tensorType.shape.dim.map(({ dimValue }) => dimValue),
    ];
    expect(input.map(describe)).toEqual([
      ['x', 1, [3, 4]],
      ['w', 1, [4, 2]],
      ['b', 1, [2]],
    ]);
    expect(output.map(describe)).toEqual([['y', 1, [3, 2]]]);
  });

  test('has a node an operation, named after the primitive and its line', () => {
    expect(nodesOf(layer).map(({ name, opType, output }) => [name, opType, output[0]])).toEqual([
      ['matmul_0', 'MatMul', 'matmul_0'],
      ['add_1', 'Add', 'add_1'],
      ['tanh_2', 'Tanh', 'y'],
    ]);
  });

  test('writes equal operations once and leaves out what no output needs', () => {
    const program = trace(({ x }) => ({ y: x.exp().add(x.exp()).add(x.less(0).mul(0).stopGradient()) }), {
      x: [2],
    });
    expect(operatorsOf(program).filter((name) => name === 'Exp')).toHaveLength(1);
    // `where` takes a comparison as it is; its form as numbers is needed by nobody.
    const choice = trace(({ x }) => ({ y: where(x.less(0), x, 1) }), { x: [2] });
    expect(operatorsOf(choice)).toEqual(['Less', 'Where']);
  });

  test('leaves transposing to the product', () => {
    const loss = trace(
      ({ x, w }) => {
        return { w2: gradient(x.matmul(w).square().sum(), w) };
      },
      { x: [3, 4], w: [4, 2] },
    );
    expect(operatorsOf(loss)).not.toContain('Transpose');
    expect(operatorsOf(loss)).toContain('Gemm');
  });

  test.each([14, 18, 15.5, NaN])('refuses opset %d', (opset) => {
    expect(() => writeModel(layer, { opset })).toThrow(ConfigError);
  });

  test('refuses a default of what is no input', () => {
    expect(() => writeModel(layer, { defaults: { noise: 0 } })).toThrow(/default of noise.*x, w, b/);
  });

  test.each([
    ['nothing', (file: Uint8Array) => file.slice(0, 0)],
    ['half of one', (file: Uint8Array) => file.slice(0, file.length / 2)],
    ['text', () => new TextEncoder().encode('not a model')],
  ])('is not read from %s', (_, spoil) => {
    expect(() => readModel(spoil(writeModel(layer)))).toThrow(ConfigError);
  });

  test('refuses an output named like an input', () => {
    const program = trace(({ w }) => ({ w: w.mul(2) }), { w: [2] });
    expect(() => writeModel(program)).toThrow(UnsupportedError);
  });
});

test('an input with a default may be left out', async () => {
  const program = trace(({ mean, noise }) => ({ action: mean.add(noise) }), { mean: [2], noise: [2] });
  const model = writeModel(program, { defaults: { noise: 0.5 } });
  expect(await runModel(model, { mean: [[1, 2], [2]] })).toEqual({ action: [1.5, 2.5] });
});

test.each([15, 16, 17])('scatterAdd adds duplicates and keeps NaN in its row, opset %d', async (opset) => {
  const program = trace(({ index, updates }) => ({ y: scatterAdd(index, updates, 4) }), {
    index: [5],
    updates: [5, 2],
  });
  const inputs = { index: [0, 2, 2, 3, 0], updates: [1, 2, 3, 4, 5, 6, NaN, 7, Infinity, -Infinity] };
  const { y } = await runModel(writeModel(program, { opset }), {
    index: [inputs.index, [5]],
    updates: [inputs.updates, [5, 2]],
  });
  expect(y).toEqual([Infinity, -Infinity, 0, 0, 8, 10, NaN, 7]);
  expect(y).toEqual(Array.from(interpret(program, inputs)['y']!));
});

test('outputs may be constants, inputs, and the same value', async () => {
  const program = trace(
    ({ x }) => {
      const y = x.exp();
      return { x2: x, one: constant(1), a: y, b: y };
    },
    { x: [1] },
  );
  expect(await runModel(writeModel(program), { x: [[0], [1]] })).toEqual({
    x2: [0],
    one: [1],
    a: [1],
    b: [1],
  });
});
