/** DQN: its loss by hand, and as a whole: it learns, repeats itself, resumes. */
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { constant, gradient, trace } from '@ascent-rl/core';
import { NumericalError, UnsupportedError } from '@ascent-rl/core/errors';
import { interpret, referenceBackend } from '@ascent-rl/core/reference';
import { box, discrete, makeVectorEnvironment, vectorize } from '@ascent-rl/environments';
import { target } from '../../environments/fixtures/target.ts';
import {
  describeLearner,
  testActionMasks,
  testDictObservations,
  testImages,
  testMemory,
  train,
} from '../../training/fixtures/learner-suite.ts';
import { dqn, dqnSchema, qError, qLoss, qNetwork, qTarget, type DqnOptions } from './index.ts';

const small: DqnOptions = {
  hiddenSizes: [8],
  batchSize: 8,
  bufferSize: 100,
  learningStarts: 16,
  trainFrequency: 2,
  stepsPerIteration: 20,
  targetInterval: 16,
  learningRate: 1e-2,
  steps: 800,
};
const everything: DqnOptions = {
  batchSize: 16,
  bufferSize: 64,
  multiStep: 3,
  gradientSteps: 2,
  targetInterval: 8,
  maxGradientNorm: 0.1,
  explorationStart: 0.9,
  explorationEnd: 0.2,
  explorationFraction: 0.5,
  double: true,
  duelling: true,
  prioritized: true,
  learningRateSchedule: 'linear',
  activation: 'tanh',
};
const underTest = { start: dqn, small, everything, environments: 2 };

describeLearner(underTest);
testImages(underTest, discrete(2), [[0], [1]], {
  ...small,
  imageNetwork: 'small',
  hiddenSizes: [16],
  batchSize: 32,
  learningRate: 1e-3,
  steps: 1600,
});
testDictObservations(underTest, { ...small, hiddenSizes: [16], batchSize: 32 });
testActionMasks(underTest, { ...small, hiddenSizes: [16], batchSize: 32, double: true });
testMemory(underTest, { ...small, prioritized: true, steps: 2 * 4 * 300, stepsPerIteration: 4 });

test('β stays 1 where side by side the environments pass the last step', async () => {
  const learned = async (importanceExponent: number) => {
    const learner = await dqn({
      environment: makeVectorEnvironment('CartPole-v1', { count: 8 }),
      backend: referenceBackend(),
      config: {
        ...small,
        prioritized: true,
        importanceExponent,
        learningStarts: 0,
        trainFrequency: 1,
        gradientSteps: 4,
        steps: 1,
      },
      seed: 1,
    });
    await train(learner);
    return (await learner.snapshot()).arrays['parameters'];
  };
  expect(await learned(0)).toEqual(await learned(1));
});

test.each(['priorityExponent', 'importanceExponent'])(
  'the option %s changes prioritised replay',
  async (name) => {
    const learned = async (config: DqnOptions) => {
      const environment = makeVectorEnvironment('CartPole-v1', { count: 2 });
      const learner = await dqn({
        environment,
        backend: referenceBackend(),
        config: { ...small, ...config },
      });
      await train(learner, 3);
      return (await learner.snapshot()).arrays['parameters'];
    };
    const prioritized = await learned({ prioritized: true });
    expect(await learned({ prioritized: true, [name]: 0.9 })).not.toEqual(prioritized);
  },
);

describe('the loss', () => {
  const rewards = constant([1, 2]);
  const discounts = constant([0.5, 0]);
  const nextValues = constant([3, 7, 10, 20], [2, 2]);
  const other = constant([9, 1, 0, 1], [2, 2]);
  const numbers = (build: () => Parameters<typeof qLoss>[0]) =>
    Array.from(
      interpret(
        trace(() => ({ y: build() }), {}),
        {},
      )['y']!,
    );

  test('a target takes the best next value; nothing follows a terminal state', () => {
    const target = () => qTarget({ rewards, discounts, nextValues, choosing: nextValues });
    expect(numbers(target)).toEqual([1 + 0.5 * 7, 2]);
  });

  test('double Q-learning values the action that the online network chooses', () => {
    const target = () => qTarget({ rewards, discounts, nextValues, choosing: other });
    expect(numbers(target)).toEqual([1 + 0.5 * 3, 2]);
  });

  test('errors are those of the actions taken, and count linearly beyond 1', () => {
    const error = () => qError(nextValues, constant([1, 0]), constant([6.5, 4]));
    expect(numbers(error)).toEqual([0.5, 6]);
    expect(numbers(() => qLoss(error()))).toEqual([(0.5 * 0.25 + (6 - 0.5)) / 2]);
    expect(numbers(() => qLoss(error(), constant([2, 0])))).toEqual([0.5 * 0.25]);
  });

  test('the derivative of an error is kept within ±1', () => {
    const program = trace(({ q }) => ({ slope: gradient(qLoss(q), q) }), { q: [2] });
    expect(Array.from(interpret(program, { q: [0.5, 6] })['slope']!)).toEqual([0.25, 0.5]);
  });
});

test('a duelling network separates the value from advantages of mean 0', () => {
  const policy = qNetwork(
    { observationSpace: box({ low: -1, high: 1, shape: [1] }), actionSpace: discrete(2) },
    { hiddenSizes: [], activation: 'relu', imageNetwork: 'none', duelling: true, explorationEnd: 0 },
  );
  const program = trace(({ flat, s }) => ({ q: policy.policy(policy.layout.unpack(flat), s).values }), {
    flat: [policy.layout.size],
    s: [1, 1],
  });
  // V(s) = 2 s + 1; advantages 4 s and 6 s + 2, whose mean is 5 s + 1.
  const { q } = interpret(program, { flat: [2, 1, 4, 6, 0, 2], s: [1] });
  expect(Array.from(q!)).toEqual([3 + (4 - 6), 3 + (8 - 6)]);
});

test.each<[string, DqnOptions]>([
  ['plain', {}],
  ['with every part', { double: true, duelling: true, prioritized: true, multiStep: 2 }],
])('learns which action is asked for, counted from 5: %s', async (_, config) => {
  const learner = await dqn({
    environment: vectorize(() => target(discrete(3, 5), [[7], [5]]), 2),
    backend: await wasmBackend({ threads: 1 }),
    config: { ...small, hiddenSizes: [16], batchSize: 32, steps: 3000, ...config },
    seed: 1,
  });
  const events = await train(learner);
  // One action in twenty is random, and a wrong one costs 1 to 2.
  expect(events.at(-1)!.metrics['rollout/ep_rew_mean']).toBeGreaterThan(-0.25);
  expect(await learner.agent.act(Float32Array.of(1))).toBe(7);
  expect(await learner.agent.act(Float32Array.of(-1))).toBe(5);
});

test('real actions are refused', async () => {
  const environment = makeVectorEnvironment('Pendulum-v1', { count: 1 });
  const start = dqn({ environment, backend: referenceBackend(), config: { bufferSize: 10 } });
  await expect(start).rejects.toThrow(UnsupportedError);
});

test('an exploding loss stops the run and says which quantity went first', async () => {
  const learner = await dqn({
    environment: makeVectorEnvironment('CartPole-v1', { count: 2 }),
    backend: referenceBackend(),
    config: { ...small, learningRate: 1e38, maxGradientNorm: 1e30 },
  });
  const failure = train(learner);
  await expect(failure).rejects.toThrow(NumericalError);
  await expect(failure).rejects.toThrow(/dqn: \w+ became/);
});

test('every field of the configuration says what it is', () => {
  for (const [name, field] of Object.entries(dqnSchema.shape)) {
    expect([name, field.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
  }
});
