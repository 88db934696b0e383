import { constant, node, scatterAdd, sizeOf, trace, where, type Program } from '@ascent-rl/core';
import { ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import { interpret } from '@ascent-rl/core/reference';
import { readProgram, writeBatchModel, writeModel } from './index.ts';
import { attributeType, encodeModel, type NodeProto } from './schema.ts';

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

/* prettier-ignore */
const programs: readonly (readonly [string, Program])[] = [
  ['the gradient of a filter', trace(({ image, output }) => ({
    y: node('conv2dFilterGradient', [image, output], { stride: [2, 3], padding: [1, 0, 0, 2], filterSize: [2, 2] }),
  }), { image: [2, 2, 6, 9], output: [2, 3, 3, 4] })],
  ['a permutation of no axes', trace(({ x }) => ({ y: x.permute([]).exp() }), { x: [] })],
  ['scatterAdd', trace(({ x }) => ({ y: scatterAdd(constant([2, 0, 2]), x, 4) }), { x: [3, 2] })],
  ['truth values', trace(({ x }) => ({ y: where(x, 1, x.less(0).add(x)) }), { x: [5] })],
];

test.each(programs)('%s is read as it was', (_, program) => {
  const inputs = Object.fromEntries(
    program.inputs.map(({ name, shape }) => [
      name,
      Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7) % 5) - 2),
    ]),
  );
  expect(interpret(readProgram(writeModel(program)), inputs)).toEqual(interpret(program, inputs));
});

test('scatterAdd as opset 16 has it is refused by name', () => {
  const program = trace(({ x }) => ({ y: scatterAdd(constant([2, 0, 2]), x, 4) }), { x: [3, 2] });
  expect(() => readProgram(writeModel(program, { opset: 16 }))).toThrow(/the operator ScatterElements/);
});

/** A model of others: nodes from x [2] to y. */
function foreign(...nodes: readonly Partial<NodeProto>[]): Uint8Array {
  const input = { name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 2 }] } } } };
  return encodeModel({
    irVersion: 8,
    producerName: 'someone',
    producerVersion: '',
    opsetImport: [{ domain: '', version: 15 }],
    metadataProps: [],
    graph: {
      name: 'g',
      node: nodes.map((each) => ({
        ...{ name: 'n', opType: '', input: ['x'], output: ['y'], attribute: [] },
        ...each,
      })),
      initializer: [],
      input: [input],
      output: [{ ...input, name: 'y' }],
    },
  });
}
const integer = (name: string, i: number) => ({ name, type: attributeType.int, i });
const list = (name: string, ...ints: number[]) => ({ name, type: attributeType.ints, ints });
const [transA, transB, pads] = [integer('transA', 0), integer('transB', 0), list('pads', 0, 0, 0, 0)];

/* prettier-ignore */
test.each<[string, string, readonly Partial<NodeProto>[]]>([
  ['an operator', 'the operator LSTM (node n) is not one', [{ opType: 'LSTM' }]],
  ['a bias of Gemm', 'a Gemm of 3 operands', [{ opType: 'Gemm', input: ['x', 'x', 'x'], attribute: [transA, transB] }]],
  ['a scale of Gemm', 'a Gemm with the attribute alpha', [
    { opType: 'Gemm', input: ['x', 'x'], attribute: [transA, transB, { name: 'alpha', type: 1, f: 2 }] },
  ]],
  ['a bias of Conv', 'a Conv of 3 operands', [{ opType: 'Conv', input: ['x', 'x', 'x'], attribute: [pads] }]],
  ['groups', 'a Conv with the attribute group', [{ opType: 'Conv', input: ['x', 'x'], attribute: [pads, integer('group', 2)] }]],
  ['axes that are kept by default', 'a ReduceMax without the attribute keepdims', [
    { opType: 'ReduceMax', attribute: [list('axes', 0)] },
  ]],
  ['axes that are kept', 'a ReduceMax with keepdims = 1', [
    { opType: 'ReduceMax', attribute: [list('axes', 0), integer('keepdims', 1)] },
  ]],
  ['rounding', 'expected numbers, got what was cast', [
    { opType: 'Cast', output: ['whole'], attribute: [integer('to', 7)] },
    { opType: 'Cast', input: ['whole'], attribute: [integer('to', 1)] },
  ]],
])('%s of others is refused', (_, message, nodes) => {
  expect(() => readProgram(foreign(...nodes))).toThrow(UnsupportedError);
  expect(() => readProgram(foreign(...nodes))).toThrow(message);
});
