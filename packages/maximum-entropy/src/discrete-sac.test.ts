/** Discrete SAC: its expectations by hand, and as a whole. */
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { sizeOf, trace } from '@ascent-rl/core';
import { ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import { interpret, referenceBackend } from '@ascent-rl/core/reference';
import { box, discrete, makeVectorEnvironment, vectorize } from '@ascent-rl/environments';
import { parseConfig } from '@ascent-rl/training';
import { target } from '../../environments/fixtures/target.ts';
import {
  describeLearner,
  testActionMasks,
  testDictObservations,
  testImages,
  train,
} from '../../training/fixtures/learner-suite.ts';
import {
  discreteSac,
  discreteSacModel,
  discreteSacSchema,
  sacUpdate,
  type DiscreteSacOptions,
} from './index.ts';

const small: DiscreteSacOptions = {
  hiddenSizes: [8],
  batchSize: 8,
  bufferSize: 100,
  learningStarts: 16,
  trainFrequency: 2,
  stepsPerIteration: 20,
  learningRate: 1e-2,
  steps: 800,
};

describeLearner({
  start: discreteSac,
  small,
  everything: {
    batchSize: 16,
    multiStep: 3,
    gradientSteps: 2,
    averaging: 0.1,
    temperature: 0.5,
    tuneTemperature: false,
    activation: 'tanh',
  },
  environments: 2,
  learned: 'actor',
});

testImages({ start: discreteSac, environments: 2 }, discrete(2), [[0], [1]], {
  ...small,
  imageNetwork: 'small',
  hiddenSizes: [16],
  batchSize: 32,
  learningRate: 1e-3,
  steps: 1600,
});
testDictObservations({ start: discreteSac, environments: 2 }, { ...small, hiddenSizes: [16], batchSize: 32 });
testActionMasks({ start: discreteSac, environments: 2 }, { ...small, hiddenSizes: [16], batchSize: 32 });

test('values and log-probabilities are expected over all choices', () => {
  const spaces = {
    observationSpace: box({ low: -1, high: 1, shape: [1] }),
    actionSpace: discrete(2),
  };
  const model = discreteSacModel(spaces, { hiddenSizes: [], activation: 'relu', imageNetwork: 'none' });
  const program = trace(
    ({ actor, critics, observations, actions }) => {
      const weights = model.criticLayout.unpack(critics);
      return {
        ...model.judge(model.actor.layout.unpack(actor), weights, observations),
        taken: model.values(weights, observations, actions),
      };
    },
    { actor: [4], critics: [8], observations: [1, 1], actions: [1, 1] },
  );
  // Logits are (0, log 3) at s = 1: π = (¼, ¾). Both critics are linear: Q₁ = (1, 6), Q₂ = (2, 4).
  const { value, logProbability, taken } = interpret(program, {
    actor: [0, Math.log(3), 0, 0],
    critics: [1, 6, 2, 4, 0, 0, 0, 0],
    observations: [1],
    actions: [1],
  });
  expect(value![0]).toBeCloseTo(1 / 4 + (3 / 4) * 4);
  expect(logProbability![0]).toBeCloseTo(Math.log(1 / 4) / 4 + (3 * Math.log(3 / 4)) / 4);
  expect([...taken!]).toEqual([6, 4]);
});

test('the default target entropy is one that the allowed choices can have', () => {
  const spaces = {
    observationSpace: box({ low: -1, high: 1, shape: [1] }),
    actionSpace: discrete(3),
    actionMasks: new Uint8Array(3),
  };
  const options = { hiddenSizes: [], batchSize: 3, imageNetwork: 'none' } as const;
  const config = parseConfig(discreteSacSchema, options, 'discrete-sac');
  const program = sacUpdate(discreteSacModel(spaces, config), config);
  const zeros = Object.fromEntries(
    program.inputs.map(({ name, shape }) => [name, new Float64Array(sizeOf(shape))]),
  );
  const seen = [0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0]; // rows of an observation and three flags
  const outputs = interpret(program, {
    ...zeros,
    'batch.observations': seen,
    'batch.nextObservations': seen,
    logTemperature: [1],
  });
  // An actor of zeros chooses evenly among 3, 2 and 1: its entropy is (log 3 + log 2 + log 1) / 3.
  const entropy = Math.log(6) / 3;
  const [, , temperatureLoss, measured] = outputs['sums']!;
  expect(measured).toBeCloseTo(entropy, 9);
  // −log α (−H + 0.98 H) with log α = 1.
  expect(temperatureLoss).toBeCloseTo(0.02 * entropy, 9);
});

test('a target entropy above log n is refused', async () => {
  const environment = makeVectorEnvironment('CartPole-v1', { count: 1 });
  const failure = discreteSac({ environment, backend: referenceBackend(), config: { targetEntropy: 0.7 } });
  await expect(failure).rejects.toThrow(ConfigError);
  await expect(failure).rejects.toThrow(/at most log n = 0\.693\d* nats for n = 2 choices, got 0\.7/);
});

test('learns which choice is asked for, and how sure to be of it', async () => {
  const learned = async (targetEntropy: number) => {
    const learner = await discreteSac({
      environment: vectorize(() => target(discrete(3, 5), [[7], [5]]), 2),
      backend: await wasmBackend({ threads: 1 }),
      config: { ...small, targetEntropy, hiddenSizes: [16], batchSize: 32, steps: 4000 },
      seed: 1,
    });
    const events = await train(learner);
    expect(await learner.agent.act(Float32Array.of(1))).toBe(7);
    expect(await learner.agent.act(Float32Array.of(-1))).toBe(5);
    return -events.at(-1)!.metrics['train/entropy_loss']!;
  };
  // log 3 is the most that three choices can have.
  expect(Math.abs((await learned(0.9)) - 0.9)).toBeLessThan(0.1);
  expect(Math.abs((await learned(0.3)) - 0.3)).toBeLessThan(0.1);
});

test('real actions are refused', async () => {
  const environment = makeVectorEnvironment('Pendulum-v1', { count: 1 });
  const failure = discreteSac({ environment, backend: referenceBackend() });
  await expect(failure).rejects.toThrow(UnsupportedError);
  await expect(failure).rejects.toThrow('choose an algorithm for that space');
});

test('every field of the configuration says what it is', () => {
  for (const [name, field] of Object.entries(discreteSacSchema.shape)) {
    expect([name, field.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
  }
});
