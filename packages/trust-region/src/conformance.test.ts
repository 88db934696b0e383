/** The programs of PPO and TRPO are conformance cases: twenty steps in place as in the float64 interpreter. */
import { gpuBackend } from '@ascent-rl/backend-gpu';
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { describeConformance, updateCase } from '@ascent-rl/core/conformance';
import { generator } from '@ascent-rl/core/random';
import { box, discrete, type Space } from '@ascent-rl/environments';
import { actorCritic, parseConfig } from '@ascent-rl/training';
import { learnerUpdateCase } from '../../training/fixtures/update-case.ts';
import { ppoSchema, ppoUpdate, trpoPrograms, trpoSchema, type PpoOptions } from './index.ts';

const rows = 32;
const observationSpace = box({ low: -1, high: 1, shape: [3] });

function updateOf(name: string, actionSpace: Space, more: PpoOptions = {}) {
  const options = { batchSize: 16, hiddenSizes: [8], entropyWeight: 0.01, valueClipRange: 0.2, ...more };
  const config = parseConfig(ppoSchema, options, name);
  const model = actorCritic({ observationSpace, actionSpace }, config);
  const program = ppoUpdate(model, config, rows);
  const random = generator(1);
  const numbers = (size: number, draw: () => number) => Float32Array.from({ length: size }, draw);
  const normal = (size: number) => numbers(size, () => random.standardNormal());
  const given: Record<string, Float32Array> = {
    parameters: model.layout.initialize(random),
    active: Float32Array.of(1),
    'rollout.observations': normal(rows * model.observationSize),
    'rollout.actions':
      actionSpace.kind === 'Box' ? normal(rows * 2) : numbers(rows, () => random.integers(0, 3)),
    'rollout.logProbabilities': normal(rows).map((x) => 0.1 * x - 2),
    'rollout.values': normal(rows),
    'rollout.advantages': normal(rows),
    'rollout.valueTargets': normal(rows),
    index: Float32Array.from(random.permutation(rows).slice(0, config.batchSize)),
    learningRate: Float32Array.of(1e-3),
    'restraint.clipRange': Float32Array.of(0.2),
    'restraint.klWeight': Float32Array.of(2),
    'restraint.oldParameters': model.layout.initialize(generator(2)),
    'sequence.environments': Float32Array.of(3, 0),
  };
  const inputs = Object.fromEntries(
    program.inputs.map((input) => [
      input.name,
      given[input.name] ?? new Float32Array(input.shape.reduce((a, b) => a * b, 1)),
    ]),
  );
  const names = new Set(program.inputs.map((input) => input.name));
  const carry = Object.fromEntries(
    program.outputs.flatMap((output) => (names.has(output.name) ? [[output.name, output.name]] : [])),
  );
  return updateCase({ name, program, inputs, carry });
}

const trustRegion = [
  ['choices', discrete(3)],
  ['real numbers', box({ low: -1, high: 1, shape: [2] })],
] as const;

const cases = [
  updateOf('PPO with choices', discrete(3)),
  updateOf('PPO with real numbers', box({ low: -1, high: 1, shape: [2] })),
  updateOf('PPO with a penalty', discrete(3), { objective: 'klPenalty' }),
  updateOf('PPO with an LSTM', discrete(3), { memory: 'lstm', memorySize: 4, rolloutSteps: 8 }),
  ...trustRegion.flatMap(([name, actionSpace]) => {
    const config = parseConfig(trpoSchema, { batchSize: 16, hiddenSizes: [8] }, name);
    const model = actorCritic({ observationSpace, actionSpace }, { ...config, sharedNetwork: false });
    // Conjugate gradient steps from vectors that do not belong together enlarge every rounding; `scale` has their product.
    const { solve: _, ...programs } = trpoPrograms(model, config, rows);
    return Object.entries(programs).map(([part, program]) =>
      learnerUpdateCase(`TRPO's ${part} with ${name}`, model, program),
    );
  }),
];

describe.each([
  ['gpu', gpuBackend],
  ['onnx', onnxBackend],
  ['wasm', wasmBackend],
] as const)('on %s', (_, open) => {
  describeConformance({ describe, test, afterAll }, async () => open(), { cases });
});
