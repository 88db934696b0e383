/** A2C as a whole: it learns, repeats itself, resumes, and is PPO with one epoch. */
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { gradient, trace } from '@ascent-rl/core';
import { ConfigError, NumericalError } from '@ascent-rl/core/errors';
import { clipByGlobalNorm, rmsProp } from '@ascent-rl/core/optim';
import { generator } from '@ascent-rl/core/random';
import { interpret, referenceBackend } from '@ascent-rl/core/reference';
import { box, discrete, makeVectorEnvironment } from '@ascent-rl/environments';
import { actorCritic, parseConfig } from '@ascent-rl/training';
import { ppoLoss } from '@ascent-rl/trust-region';
import {
  describeLearner,
  describeLearning,
  testActionMasks,
  testDictObservations,
  testMemory,
  train,
} from '../../training/fixtures/learner-suite.ts';
import { a2c, a2cSchema, a2cUpdate, type A2cOptions } from './index.ts';

const small: A2cOptions = { hiddenSizes: [8], updatesPerIteration: 4, learningRate: 1e-2, steps: 800 };
const everything: A2cOptions = {
  lambda: 0.9,
  entropyWeight: 0.01,
  normalizeAdvantage: true,
  sharedNetwork: true,
  normalizeObservations: true,
  normalizeRewards: true,
  learningRateSchedule: 'linear',
  optimizer: 'adam',
};
const underTest = { start: a2c, small, everything, environments: 4 };

describeLearner(underTest);
testMemory(underTest, { steps: 4 * 5 * 5 * 300, updatesPerIteration: 5 });
describeLearning(
  { start: a2c, environments: 8 },
  { hiddenSizes: [8], learningRate: 1e-2, initialLogStandardDeviation: -1, steps: 8000 },
);

testDictObservations({ start: a2c, environments: 8 }, { hiddenSizes: [8], learningRate: 1e-2, steps: 4000 });
testActionMasks({ start: a2c, environments: 8 }, { hiddenSizes: [8], learningRate: 1e-2, steps: 4000 });

const cartPoles = (count: number) => makeVectorEnvironment('CartPole-v1', { count });

test('learns to balance: CartPole returns rise on ONNX Runtime', async () => {
  const backend = await onnxBackend();
  const learner = await a2c({ environment: cartPoles(8), backend, config: { steps: 40_000 }, seed: 1 });
  const events = await train(learner);
  expect(events.at(-1)!.metrics['rollout/ep_rew_mean']).toBeGreaterThan(100);
  await backend.close();
});

test('training ends with the rollout that completes its steps', async () => {
  const learner = await a2c({
    environment: cartPoles(4),
    backend: referenceBackend(),
    config: { ...small, steps: 90 },
  });
  const events = await train(learner);
  expect(events.map(({ step }) => step)).toEqual([80, 100]);
  expect(events.at(-1)!.metrics).toMatchObject({ 'train/n_updates': 5, 'time/total_timesteps': 100 });
});

test.each([
  ['choices', discrete(3)],
  ['real numbers', box({ low: -1, high: 1, shape: [2] })],
])(
  'an update equals that of PPO with one epoch, one minibatch, no normalization and RMSProp, bit for bit: %s',
  (_, actionSpace) => {
    const rows = 20;
    const config = parseConfig(a2cSchema, { hiddenSizes: [8], entropyWeight: 0.01 }, 'a2c');
    const model = actorCritic(
      { observationSpace: box({ low: -1, high: 1, shape: [3] }), actionSpace },
      config,
    );
    const { layout, actionSize } = model;
    const random = generator(3);
    const normal = (size: number) => Float32Array.from({ length: size }, () => random.standardNormal());
    const isBox = actionSpace.kind === 'Box';
    const inputs = {
      parameters: layout.initialize(random),
      'optimizer.squareAverage': normal(layout.size).map((x) => 0.01 * x * x),
      'rollout.observations': normal(rows * 3),
      'rollout.actions': isBox ? normal(rows * 2) : Float32Array.from({ length: rows }, (_, i) => i % 3),
      'rollout.advantages': normal(rows),
      'rollout.valueTargets': normal(rows),
      learningRate: [7e-4],
    };
    const proximal = trace(
      ({ parameters, optimizer, rollout: { observations, ...batch }, learningRate }) => {
        const weights = layout.unpack(parameters);
        const { policy, value } = model.apply(weights, observations);
        // On the only minibatch of the only epoch the policy is still the old one.
        const logProbabilities = policy.logProbability(batch.actions).stopGradient();
        const { loss } = ppoLoss(
          policy,
          value,
          { ...batch, logProbabilities, values: value },
          { clipRange: 0.2 },
          {
            ...config,
            valueClipRange: null,
          },
        );
        const slope = clipByGlobalNorm(layout.pack(gradient(loss, weights)), config.maxGradientNorm);
        return rmsProp().update({ parameters, gradient: slope.gradient, state: optimizer, learningRate });
      },
      {
        parameters: [layout.size],
        optimizer: { squareAverage: [layout.size] },
        rollout: {
          observations: [rows, 3],
          actions: [rows, actionSize],
          advantages: [rows],
          valueTargets: [rows],
        },
        learningRate: [],
      },
    );
    const expected = interpret(proximal, inputs, 'float32');
    const updated = interpret(
      a2cUpdate(model, config, rows),
      { ...inputs, sums: new Float32Array(6) },
      'float32',
    );
    expect(updated['parameters']).toEqual(expected['parameters']);
    expect(updated['optimizer.squareAverage']).toEqual(expected['state.squareAverage']);
  },
);

test('bad input is refused before any training', async () => {
  const start = (config: A2cOptions) =>
    a2c({ environment: cartPoles(1), backend: referenceBackend(), config });
  await expect(start({ rolloutSteps: 0 })).rejects.toThrow(ConfigError);
  await expect(start({ rmsPropDecay: 1 })).rejects.toThrow('rmsPropDecay');
  await expect(start({ epochs: 2 } as A2cOptions)).rejects.toThrow('unknown epochs');
});

test('an exploding loss stops the run and says which quantity went first', async () => {
  const learner = await a2c({
    environment: cartPoles(4),
    backend: referenceBackend(),
    config: { ...small, learningRate: 1e30 },
  });
  await expect(train(learner)).rejects.toThrow(NumericalError);
});

test('every field of the configuration says what it is', () => {
  for (const [name, field] of Object.entries(a2cSchema.shape)) {
    expect([name, field.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
  }
});
