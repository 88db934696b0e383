import { constant, trace } from '@ascent-rl/core';
import { ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import { interpret } from '@ascent-rl/core/reference';
import { readProgram, writeBatchModel, writeModel } from './index.ts';
import { encodeModel } from './schema.ts';

const model = writeBatchModel(
  (batch) =>
    trace(
      ({ mean, noise }) => ({ mode: mean.tanh(), sample: mean.add(noise), pairs: mean.reshape([2 * batch]) }),
      { mean: [batch, 2], noise: [batch, 2] },
    ),
  { defaults: { noise: 0.5 } },
);

test('inputs with a default become that number', () => {
  const program = readProgram(model, { batch: 2 });
  expect(program.inputs).toEqual([{ name: 'mean', shape: [2, 2] }]);
  expect(interpret(program, { mean: [1, 2, 3, 4] })['sample']).toEqual(Float64Array.of(1.5, 2.5, 3.5, 4.5));
});

test('only what the wanted outputs need is read', () => {
  const { instructions, outputs } = readProgram(model, { outputs: ['mode'] });
  expect(outputs.map(({ name }) => name)).toEqual(['mode']);
  expect(instructions.map(({ primitive }) => primitive)).toEqual(['tanh']);
});

test('sizes in proportion to the batch are read', () => {
  const flat = writeBatchModel((batch) => trace(({ x }) => ({ y: x.mul(2) }), { x: [3 * batch] }));
  expect(readProgram(flat, { batch: 4 }).inputs).toEqual([{ name: 'x', shape: [12] }]);
});

test('a program of one shape is read as it was', () => {
  const program = trace(({ x }) => ({ y: x.matmul(constant([1, 2, 3, 4], [2, 2])).sum(0) }), { x: [3, 2] });
  const inputs = { x: [1, 2, 3, 4, 5, 6] };
  expect(interpret(readProgram(writeModel(program)), inputs)).toEqual(interpret(program, inputs));
});

test.each([0, 1.5, -1])('a batch of %d is refused', (batch) => {
  expect(() => readProgram(model, { batch })).toThrow(ConfigError);
});

test('an output that there is not is refused with those that there are', () => {
  expect(() => readProgram(model, { outputs: ['action'] })).toThrow(
    new ConfigError('readProgram: no output is named action; outputs are mode, sample, pairs'),
  );
});

test('an operator of others is refused by name', () => {
  const input = { name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 2 }] } } } };
  const foreign = encodeModel({
    irVersion: 8,
    producerName: 'someone',
    producerVersion: '',
    opsetImport: [{ domain: '', version: 15 }],
    metadataProps: [],
    graph: {
      name: 'g',
      node: [{ name: 'n', opType: 'LSTM', input: ['x'], output: ['y'], attribute: [] }],
      initializer: [],
      input: [input],
      output: [{ ...input, name: 'y' }],
    },
  });
  expect(() => readProgram(foreign)).toThrow(UnsupportedError);
  expect(() => readProgram(foreign)).toThrow(/the operator LSTM \(node n\)/);
});
