/** The programs compute what they are named after, and on a backend what the reference interpreter computes. */
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { costOf, outputShapes, simplify, sizeOf, type Program } from '@ascent-rl/core';
import { interpret } from '@ascent-rl/core/reference';
import { generator, type Generator } from '@ascent-rl/core/random';
import { compileProgram } from '@ascent-rl/training';
import { a2c } from './a2c.ts';
import { normal } from './benchmark.ts';
import { programs, products } from './index.ts';
import { natureCnnForward } from './nature-cnn.ts';
import { pixelUpdate } from './pixel.ts';
import { policy } from './policy.ts';
import { ppo } from './ppo.ts';
import { sacUpdate } from './sac.ts';

const numbersFor = (program: Program, given: Readonly<Record<string, ArrayLike<number>>> = {}) =>
  Object.fromEntries(
    program.inputs.map(({ name, shape }) => [name, given[name] ?? new Float32Array(sizeOf(shape))]),
  );

/** Draws nothing, for tests of sizes: millions of real numbers take minutes here. */
const zeros = {
  random: () => 0,
  uniform: () => 0,
  standardNormal: () => 0,
  integers: () => 0,
} as unknown as Generator;

test.each([...products, ...programs, policy(8)].map((benchmark) => [benchmark.name, benchmark] as const))(
  '%s has numbers of the right size for inputs that exist',
  (_, benchmark) => {
    const inputs = new Map(benchmark.program().inputs.map(({ name, shape }) => [name, sizeOf(shape)]));
    for (const [name, values] of Object.entries(benchmark.inputs(zeros))) {
      expect([name, values.length]).toEqual([name, inputs.get(name)]);
    }
  },
);

const smallSac = sacUpdate(4, { observation: 3, action: 1, hidden: [8, 8] });
const smallPixel = pixelUpdate(5, [12, 4, 1]);
const random = generator(2);
const randomFor = (program: Program, names: readonly string[]) =>
  Object.fromEntries(
    program.inputs
      .filter(({ name }) => names.includes(name))
      .map(({ name, shape }) => [name, normal(random, sizeOf(shape), 0.5)]),
  );
const sacInputs = [
  'actor',
  'critics',
  'targets',
  'batch.observations',
  'batch.nextObservations',
  'batch.rewards',
  'noise',
  'nextNoise',
];

test.each<[string, Program, Readonly<Record<string, ArrayLike<number>>>]>([
  ['ppo-64', ppo(64).program(), ppo(64).inputs(random)],
  ['a2c', a2c.program(), a2c.inputs(random)],
  ['policy-8', policy(8).program(), policy(8).inputs(random)],
  ['SAC', smallSac, randomFor(smallSac, sacInputs)],
  [
    'pixel',
    smallPixel.program(),
    { ...randomFor(smallPixel.program(), ['parameters', 'frames', 'advantages']) },
  ],
])('%s on a backend agrees with the reference interpreter', async (_, program, given) => {
  // The learning rate stays 0: what is compared are losses and the optimiser's averages, which hold the gradient.
  const inputs = numbersFor(program, given);
  const expected = interpret(program, inputs);
  const backend = await onnxBackend();
  const { places, run } = await compileProgram(backend, program);
  for (const { name } of program.inputs) places[name]!.write(inputs[name]!);
  await run();
  for (const { name } of program.outputs) {
    const values = await places[name]!.read();
    const differences = values.map((value, i) => Math.abs(value - expected[name]![i]!));
    expect([name, Math.max(...differences)]).toEqual([name, expect.closeTo(0, 5)]);
  }
  await backend.close();
});

test('SAC differentiates only what it needs', () => {
  // Products of a network of layers 3 or 4, 256, 256 and an output: 2 B Σ in · out each, per network.
  const product = (inputs: number, outputs: number) => 2 * 256 * inputs * outputs;
  const actor = [product(3, 256), product(256, 256), product(256, 2)] as const;
  const critic = [product(4, 256), product(256, 256), product(256, 1)] as const;
  const forward = (network: readonly number[]) => network.reduce((sum, layer) => sum + layer);
  // Backward, every layer but the first passes the gradient on, every layer has one of its weights.
  const backward = (network: readonly number[]) => 2 * forward(network) - network[0]!;
  const expected =
    2 * forward(actor) + // the next action, the present action
    2 * forward(critic) + // the targets
    2 * (forward(critic) + backward(critic)) + // the critics' loss
    2 * (forward(critic) + forward(critic)) + // the actor's: forward, and back to the action without weights
    backward(actor);
  expect(costOf(simplify(sacUpdate(256))).matrixOperations).toBe(expected);
});

test("REINFORCE's gradient at the output's bias is the mean of (σ(z) − a) Â", () => {
  const { layout, program } = smallPixel;
  const inputs = numbersFor(program(), {
    ...randomFor(program(), ['frames', 'advantages']),
    // With no weights, π is ½ everywhere.
    parameters: new Float32Array(layout.size),
    actions: [1, 0, 1, 1, 0],
  });
  const slope = [1, 0, 1, 1, 0]
    .map((action, i) => (0.5 - action) * inputs['advantages']![i]!)
    .reduce((sum, value) => sum + value / 5, 0);
  // RMSProp's average after one step is (1 − decay) times the squared gradient.
  const average = interpret(program(), inputs)['optimizer.squareAverage']!.at(-1)!;
  expect(average).toBeCloseTo(0.01 * slope ** 2, 12);
});

test('the Nature network has 1,684,128 parameters up to its 512 features', () => {
  const program = natureCnnForward(2);
  expect(sizeOf(program.inputs[0]!.shape)).toBe(1_684_128);
  expect(outputShapes(program)).toEqual({ features: [2, 512] });
});
