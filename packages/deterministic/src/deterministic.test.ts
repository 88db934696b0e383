/** DPG, DDPG and TD3 as a whole: they learn, repeat themselves, resume, and are each other where they should be. */
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { costOf, sizeOf, trace } from '@ascent-rl/core';
import { NumericalError, UnsupportedError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import { interpret, referenceBackend } from '@ascent-rl/core/reference';
import { box, makeVectorEnvironment, vectorize } from '@ascent-rl/environments';
import { encodeSnapshot, parseConfig, type Learner, type LearnerOptions } from '@ascent-rl/training';
import { target } from '../../environments/fixtures/target.ts';
import { describeLearner, testImages, testMemory, train } from '../../training/fixtures/learner-suite.ts';
import {
  ddpg,
  ddpgPaperOptions,
  ddpgSchema,
  deterministicModel,
  deterministicUpdate,
  dpg,
  dpgSchema,
  td3,
  td3Schema,
  type DdpgOptions,
  type DpgOptions,
  type Td3Options,
} from './index.ts';

const smallNetwork = { hiddenSizes: [8, 8], stepsPerIteration: 20, learningRate: 1e-2, steps: 800 };
const small: DdpgOptions = {
  ...smallNetwork,
  batchSize: 8,
  bufferSize: 100,
  learningStarts: 16,
  trainFrequency: 2,
};
const common: DpgOptions = {
  criticLearningRate: 1e-3,
  noiseDeviation: 0.3,
  criticDecay: 0.1,
  actionLayer: 1,
  outputBound: 0.1,
  learningRateSchedule: 'linear',
  activation: 'tanh',
};
const replayed: DdpgOptions = {
  batchSize: 16,
  bufferSize: 64,
  multiStep: 3,
  gradientSteps: 2,
  averaging: 0.1,
  batchNormalization: true,
};
const place = { environments: 2, environmentId: 'Pendulum-v1', learned: 'actor' };
const underTest = {
  dpg: { start: dpg, small: smallNetwork, everything: common, ...place },
  ddpg: {
    start: ddpg,
    small,
    everything: { ...common, ...replayed, noise: 'ornsteinUhlenbeck' } as DdpgOptions,
    ...place,
  },
  td3: {
    start: td3,
    small: small as Td3Options,
    everything: {
      ...replayed,
      noise: 'ornsteinUhlenbeck',
      critics: 3,
      policyDelay: 3,
      targetNoise: 0.1,
      targetNoiseClip: 0.1,
    } as Td3Options,
    ...place,
  },
};
describe('DPG', () => describeLearner(underTest.dpg));
describe('DDPG', () => describeLearner(underTest.ddpg));
describe('TD3', () => {
  describeLearner(underTest.td3);
  testMemory(underTest.td3, { ...small, steps: 2 * 4 * 300, stepsPerIteration: 4 });
});

test('DDPG is TD3 with one critic, no delay and no smoothing, bit for bit', async () => {
  const bytes = async (learner: Learner) => {
    await train(learner, 5);
    return encodeSnapshot(await learner.snapshot());
  };
  const options = (config: object) => ({
    environment: makeVectorEnvironment('Pendulum-v1', { count: 2 }),
    backend: referenceBackend(),
    config: { ...small, ...config },
    seed: 3,
  });
  const extras = { critics: 1, policyDelay: 1, targetNoise: 0 };
  expect(await bytes(await td3(options(extras)))).toEqual(await bytes(await ddpg(options({}))));
  for (const [name, value] of Object.entries({ critics: 2, policyDelay: 2, targetNoise: 0.2 })) {
    const other = await bytes(await td3(options({ ...extras, [name]: value })));
    expect(other).not.toEqual(await bytes(await ddpg(options({}))));
  }
});

const normalized = { batchNormalization: true, batchSize: 32, learningRate: 3e-3, steps: 5000 };
const learning = { hiddenSizes: [16], stepsPerIteration: 100, learningRate: 1e-2, noiseDeviation: 0.3 };

test.each<[string, (options: LearnerOptions<DdpgOptions>) => Promise<Learner>, DdpgOptions]>([
  ['DPG', dpg, { ...learning, learningRate: 3e-3, steps: 6000 }],
  ['DDPG', ddpg, { ...small, ...learning, batchSize: 32, steps: 3000 }],
  ['DDPG, normalized', ddpg, { ...small, ...learning, ...normalized }],
  ['TD3', td3, { ...small, ...learning, batchSize: 32, steps: 3000 }],
])('%s learns which action is asked for, in units of the environment', async (_, start, config) => {
  const learner = await start({
    environment: vectorize(() => target(box({ low: 2, high: 6, shape: [1] }), [[5], [3]]), 2),
    backend: await wasmBackend({ threads: 1 }),
    config,
    seed: 1,
  });
  await train(learner);
  const [high] = (await learner.agent.act(Float32Array.of(1))) as Float32Array;
  const [low] = (await learner.agent.act(Float32Array.of(-1))) as Float32Array;
  expect(Math.abs(high! - 5)).toBeLessThan(0.4);
  expect(Math.abs(low! - 3)).toBeLessThan(0.4);
});

describe.each([
  ['TD3', td3],
  ['DDPG', ddpg],
])('%s', (_, start) => {
  const config: DdpgOptions = {
    imageNetwork: 'small',
    hiddenSizes: [64],
    batchSize: 64,
    bufferSize: 2000,
    learningStarts: 500,
    learningRate: 1e-4,
    criticLearningRate: 1e-3,
    noiseDeviation: 0.3,
    steps: 2000,
  };
  testImages({ start, environments: 2 }, box({ low: -1, high: 1, shape: [1] }), [[0.5], [-0.5]], config);
});

test('gradient steps of two layers of 256 take no more products than they must', () => {
  const spaces = {
    observationSpace: box({ low: -1, high: 1, shape: [3] }),
    actionSpace: box({ low: -2, high: 2, shape: [1] }),
  };
  const products = (options: Td3Options, improvesActor: boolean) => {
    const config = parseConfig(td3Schema, { hiddenSizes: [256, 256], ...options }, 'td3');
    const program = deterministicUpdate(deterministicModel(spaces, config, 'td3'), config, improvesActor);
    return costOf(program).matrixOperations / (2 * 256 ** 3);
  };
  // Products of [256, 256] and [256, 256]; what first and last layers add is small. Target actor 1, target critics 2,
  // critics 2 forward and 4 backward; then actor 1 and 2, the first critic 1 and 1.
  expect(Math.floor(products({}, false))).toBe(9);
  expect(Math.floor(products({}, true))).toBe(14);
  expect(Math.floor(products({ critics: 1 }, true))).toBe(10);
});

test.each([
  ['none', 0],
  ['normal', 0.4],
  ['ornsteinUhlenbeck', 0.4 * 0.5], // σ √Δt
] as const)('samples scatter as exploration with noise %p starts', (noise, deviation) => {
  const spaces = {
    observationSpace: box({ low: -1, high: 1, shape: [1] }),
    actionSpace: box({ low: -1, high: 1, shape: [1] }),
  };
  const options = { noise, noiseDeviation: 0.4, noiseTimeStep: 0.25, hiddenSizes: [] };
  const { actor } = deterministicModel(spaces, parseConfig(td3Schema, options, 'td3'), 'td3');
  const program = trace(
    ({ parameters, observation, draw }) => ({
      sample: actor.policy(actor.layout.unpack(parameters), observation).sample(draw),
    }),
    { parameters: [actor.layout.size], observation: [2, 1], draw: [2, 1] },
  );
  // With all parameters 0 the action is 0.
  const parameters = new Float64Array(actor.layout.size);
  const { sample } = interpret(program, { parameters, observation: [1, 1], draw: [1, 0.5] });
  expect([...sample!]).toEqual([deviation, 0.5 * deviation]);
});

test('targets average parameters and copy running statistics', () => {
  const spaces = {
    observationSpace: box({ low: -1, high: 1, shape: [2] }),
    actionSpace: box({ low: -1, high: 1, shape: [1] }),
  };
  const options = { batchNormalization: true, hiddenSizes: [3], batchSize: 4, averaging: 0.25, critics: 1 };
  const config = parseConfig(td3Schema, options, 'td3');
  const model = deterministicModel(spaces, config, 'td3');
  const program = deterministicUpdate(model, config, true);
  const random = generator(1);
  const given = Object.fromEntries(
    program.inputs.map(({ name, shape }) => {
      return [name, Float64Array.from({ length: sizeOf(shape) }, () => random.random())];
    }),
  );
  const outputs = interpret(program, given);
  for (const [online, target, { entries }] of [
    ['actor', 'targetActor', model.actor.layout],
    ['critics', 'targetCritics', model.criticLayout],
  ] as const) {
    expect(entries.some(({ name }) => name.includes('statistics'))).toBe(true);
    for (const { name, offset } of entries) {
      const [before, now] = [given[target]![offset]!, outputs[online]![offset]!];
      const expected = name.includes('statistics') ? now : 0.25 * now + 0.75 * before;
      expect([name, outputs[target]![offset]]).toEqual([name, expect.closeTo(expected, 9)]);
    }
  }
});

test('the options of the paper are accepted', () => {
  expect(parseConfig(ddpgSchema, ddpgPaperOptions, 'ddpg')).toMatchObject(ddpgPaperOptions);
});

test('choices are refused', async () => {
  const options = {
    environment: makeVectorEnvironment('CartPole-v1', { count: 1 }),
    backend: referenceBackend(),
    config: {},
  };
  await expect(dpg(options)).rejects.toThrow(UnsupportedError);
  await expect(dpg(options)).rejects.toThrow('dpg: expected an action space Box with finite limits');
});

test('an exploding critic stops the run and says which quantity went first', async () => {
  const learner = await td3({
    environment: makeVectorEnvironment('Pendulum-v1', { count: 2 }),
    backend: referenceBackend(),
    config: { ...small, learningRate: 1e30 },
  });
  const failure = train(learner);
  await expect(failure).rejects.toThrow(NumericalError);
  await expect(failure).rejects.toThrow(/td3: \w+Loss became/);
});

test.each([dpgSchema, ddpgSchema, td3Schema])(
  'every field of the configuration says what it is',
  (schema) => {
    for (const [name, field] of Object.entries(schema.shape)) {
      expect([name, field.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
    }
  },
);
