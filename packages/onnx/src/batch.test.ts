import {
  argMax,
  concat,
  constant,
  conv2d,
  gatherAlong,
  iota,
  logSoftmax,
  oneHot,
  softmax,
  trace,
  type Program,
  type Tensor,
} from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';
import { interpret } from '@ascent-rl/core/reference';
import { readModel, readProgram, writeBatchModel } from './index.ts';
import { encodeModel } from './schema.ts';
import { runModel } from './testing/run-model.ts';

type Rule = (x: Tensor, batch: number) => Tensor;

/** Deterministic numbers in [-2, 2). */
const numbers = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(((i * 2654435761) % 4001) / 1000 - 2));

/** What a policy may do with a batch of rows [batch, 12]. */
const rules: readonly (readonly [name: string, rule: Rule])[] = [
  [
    'a layer',
    (x) =>
      x
        .matmul(constant(numbers(60), [12, 5]))
        .add(constant(numbers(5)))
        .tanh(),
  ],
  ['rows of tensors', (x, batch) => x.reshape([batch, 3, 4]).permute([0, 2, 1]).sum(2)],
  [
    'rows joined into one',
    (x, batch) =>
      x
        .reshape([batch * 3, 4])
        .maxOver(1)
        .reshape([batch, 3]),
  ],
  ['a number for each row', (x, batch) => constant(0.5).broadcast([batch]).add(x.sum(1))],
  ['a row for each row', (x, batch) => concat([x, constant([1, 2]).broadcast([batch, 2])], 1)],
  ['rows twice', (x, batch) => concat([x, x], 0).reshape([2, batch, 12]).sum(0)],
  [
    'rows made of constants',
    (_, batch) =>
      constant([1, 2])
        .broadcast([batch * 2, 2])
        .reshape([batch, 4]),
  ],
  ['every row with every row', (x) => x.matmul(x, { transposeRight: true }).matmul(x)],
  ['part of a row', (x) => x.slice(1, 2, 7).slice(0, 0).add(x.slice(1, 7))],
  ['padding', (x) => x.pad([0, 1], [0, 2])],
  ['distributions', (x) => softmax(x).add(logSoftmax(x))],
  ['the best choice', (x) => argMax(x)],
  ['one-hot rows', (x) => oneHot(argMax(x), 12)],
  ['one of each row', (x) => gatherAlong(x, argMax(x))],
  ['rows of a table', (x) => constant(numbers(24), [12, 2]).gather(argMax(x))],
  ['counts along a row', (x, batch) => x.add(iota([batch, 12], 1))],
  ['products by row', (x, batch) => x.reshape([batch, 3, 4]).matmul(x.reshape([batch, 4, 3]))],
  [
    'images',
    (x, batch) =>
      conv2d(x.reshape([batch, 1, 3, 4]), constant(numbers(8), [2, 1, 2, 2]), { padding: [1, 0, 0, 1] })
        .max(0)
        .reshape([batch, 24]),
  ],
  ['nothing for each row', (x) => concat([x.slice(1, 0, 0), x.slice(1, 3, 5)], 1)],
];

const family =
  (rule: Rule) =>
  (batch: number): Program =>
    trace(({ x }) => ({ y: rule(x, batch) }), { x: [batch, 12] });

describe('one file for any batch', () => {
  test.each(rules)('%s', async (_, rule) => {
    const build = family(rule);
    const model = writeBatchModel(build);
    for (const batch of [1, 2, 5]) {
      const x = numbers(batch * 12);
      const { y } = await runModel(model, { x: [x, [batch, 12]] });
      const expected = interpret(build(batch), { x })['y']!;
      expect(y).toHaveLength(expected.length);
      y!.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
    }
  });

  test.each(rules)('%s, read as a program again', (_, rule) => {
    const build = family(rule);
    const model = writeBatchModel(build);
    for (const batch of [1, 2, 5]) {
      const inputs = { x: numbers(batch * 12) };
      const program = readProgram(model, { batch });
      expect(program.inputs).toEqual(build(batch).inputs);
      expect(interpret(program, inputs)['y']).toEqual(interpret(build(batch), inputs)['y']);
    }
  });

  test('the batch is a symbolic size', () => {
    const model = readModel(
      writeBatchModel((batch) =>
        trace(({ x }) => ({ y: x.slice(1, 0, 3), z: x.reshape([batch * 12]) }), { x: [batch, 12] }),
      ),
    );
    const dimensions = [...model.graph.input, ...model.graph.output].map(({ name, type }) => [
      name,
      type.tensorType.shape.dim.map(({ dimParam, dimValue }) => dimParam ?? dimValue),
    ]);
    expect(dimensions).toEqual([
      ['x', ['batch', 12]],
      ['y', ['batch', 3]],
      ['z', ['12*batch']],
    ]);
  });
});

describe('a default in a batch model', () => {
  const model = writeBatchModel(
    (batch) =>
      trace(({ mean, noise }) => ({ mode: mean, sample: mean.add(noise) }), {
        mean: [batch, 2],
        noise: [batch, 2],
      }),
    { defaults: { noise: 0.5 } },
  );
  const mean = [
    [1, 2, 3, 4],
    [2, 2],
  ] as const;

  test('fills every row', async () => {
    expect(await runModel(model, { mean })).toEqual({ mode: [1, 2, 3, 4], sample: [1.5, 2.5, 3.5, 4.5] });
  });

  // JavaScript cannot give an input that has a default; without its default the same graph must take both forms.
  const decoded = readModel(model);
  const initializer = decoded.graph.initializer.filter(({ name }) => name !== 'noise');
  const bare = encodeModel({ ...decoded, graph: { ...decoded.graph, initializer } });
  test('gives way to one row', async () => {
    const { sample } = await runModel(bare, {
      mean,
      noise: [
        [10, 20],
        [1, 2],
      ],
    });
    expect(sample).toEqual([11, 22, 13, 24]);
  });
  test('gives way to a row each', async () => {
    const { sample } = await runModel(bare, {
      mean,
      noise: [
        [10, 20, 30, 40],
        [2, 2],
      ],
    });
    expect(sample).toEqual([11, 22, 33, 44]);
  });
});

describe('what cannot follow the batch', () => {
  const refused: readonly (readonly [name: string, rule: Rule, message: RegExp])[] = [
    ['a mean over the batch', (x) => x.mean(0), /constant \(%1\) has another data/],
    ['a constant for each row', (x, batch) => x.add(constant(numbers(batch), [batch, 1])), /another data/],
    ['counting the rows', (x, batch) => x.add(iota([batch, 1], 0)), /iota \(%0\) counts the rows/],
    ['one row more', (x) => concat([x, constant(numbers(12), [1, 12])], 0), /\[1010,12\].*\[1014,12\]/],
    ['half of the rows', (x, batch) => x.slice(0, 0, Math.floor(batch / 2)), /in proportion/],
    [
      'a table with a row each',
      (x, batch) => x.gather(constant([0])).pad([0, 0], [batch, 0]),
      /in proportion/,
    ],
    ['more operations', (x, batch) => (batch > 1010 ? x.exp() : x), /other operations/],
    ['another operation', (x, batch) => (batch > 1010 ? x.exp() : x.log()), /another operation/],
  ];
  test.each(refused)('%s', (_, rule, message) => {
    expect(() => writeBatchModel(family(rule))).toThrow(UnsupportedError);
    expect(() => writeBatchModel(family(rule))).toThrow(message);
  });

  test('a batch that no input has', () => {
    const build = (batch: number) => trace(({ x }) => ({ y: x.broadcast([batch, 2]) }), { x: [2] });
    expect(() => writeBatchModel(build)).toThrow(/no input has the batch/);
  });
});
