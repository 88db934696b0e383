/** SAC as a whole: it learns, repeats itself, resumes with its replay buffer, and leaves a policy. */
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { costOf } from '@ascent-rl/core';
import { ConfigError, NumericalError, UnsupportedError } from '@ascent-rl/core/errors';
import { referenceBackend } from '@ascent-rl/core/reference';
import { box, discrete, makeVectorEnvironment, vectorize } from '@ascent-rl/environments';
import { parseConfig } from '@ascent-rl/training';
import { target } from '../../environments/fixtures/target.ts';
import { describeLearner, testMemory, testImages, train } from '../../training/fixtures/learner-suite.ts';
import { sac, sacModel, sacSchema, sacUpdate, type SacOptions } from './index.ts';

const small: SacOptions = {
  hiddenSizes: [8],
  batchSize: 8,
  bufferSize: 100,
  learningStarts: 16,
  trainFrequency: 2,
  stepsPerIteration: 20,
  learningRate: 1e-2,
  steps: 800,
};
const everything: SacOptions = {
  batchSize: 16,
  bufferSize: 64,
  multiStep: 3,
  gradientSteps: 2,
  learningStarts: 20,
  averaging: 0.1,
  temperature: 0.5,
  tuneTemperature: false,
  learningRateSchedule: 'linear',
  activation: 'tanh',
};
const underTest = {
  start: sac,
  small,
  everything,
  environments: 2,
  environmentId: 'Pendulum-v1',
  learned: 'actor',
};

describeLearner(underTest);
testImages(underTest, box({ low: -1, high: 1, shape: [1] }), [[0.5], [-0.5]], {
  imageNetwork: 'small',
  hiddenSizes: [64],
  batchSize: 64,
  bufferSize: 3000,
  learningStarts: 500,
  learningRate: 1e-3,
  steps: 3000,
});
testMemory(underTest, { ...small, steps: 2 * 4 * 300, stepsPerIteration: 4 });

test('the target entropy matters', async () => {
  const entropyOf = async (targetEntropy: number) => {
    const learner = await sac({
      environment: vectorize(() => target(box({ low: -1, high: 1 }), [[1], [-1]]), 2),
      backend: await wasmBackend({ threads: 1 }),
      config: { ...small, targetEntropy, hiddenSizes: [16], batchSize: 32, steps: 4000 },
      seed: 1,
    });
    const events = await train(learner);
    return -events.at(-1)!.metrics['train/entropy_loss']!;
  };
  // Two nats are between a wide and a narrow policy; log 2 is the most that actions within ±1 can have.
  expect(Math.abs((await entropyOf(-2)) + 2)).toBeLessThan(0.4);
  expect(Math.abs(await entropyOf(0))).toBeLessThan(0.4);
});

test('learns which action is asked for, in units of the environment', async () => {
  const learner = await sac({
    environment: vectorize(() => target(box({ low: 2, high: 6, shape: [1] }), [[5], [3]]), 2),
    backend: await wasmBackend({ threads: 1 }),
    config: { ...small, hiddenSizes: [16], batchSize: 32, steps: 4000 },
    seed: 1,
  });
  const events = await train(learner);
  expect(events.at(-1)!.metrics['rollout/ep_rew_mean']).toBeGreaterThan(-0.5);
  const [action] = (await learner.agent.act(Float32Array.of(1))) as Float32Array;
  expect(Math.abs(action! - 5)).toBeLessThan(0.3);
});

test('a gradient step of two layers of 256 takes no more products than it must', () => {
  const spaces = {
    observationSpace: box({ low: -1, high: 1, shape: [3] }),
    actionSpace: box({ low: -2, high: 2, shape: [1] }),
  };
  const config = parseConfig(sacSchema, {}, 'sac');
  const { matrixOperations } = costOf(sacUpdate(sacModel(spaces, config), config));
  // 16 products of [256, 256] and [256, 256]: actor 1 + 1 forward, 2 backward; twins 2 · (1 + 1 + 1) forward, 2 · 2
  // backward by weights and inputs, 2 backward by the action. What first and last layers add is small.
  const hidden = 16 * 2 * 256 ** 3;
  expect(matrixOperations).toBeGreaterThan(hidden);
  expect(matrixOperations).toBeLessThan(1.03 * hidden);
});

test('actions that it cannot squash are refused', async () => {
  const start = (environmentId: string) =>
    sac({
      environment: makeVectorEnvironment(environmentId, { count: 1 }),
      backend: referenceBackend(),
      config: { bufferSize: 10 },
    });
  await expect(start('CartPole-v1')).rejects.toThrow(UnsupportedError);
  const spaces = {
    observationSpace: discrete(2),
    actionSpace: box({ low: -Infinity, high: 1, shape: [1] }),
  };
  expect(() => sacModel(spaces, { hiddenSizes: [2], activation: 'relu', imageNetwork: 'none' })).toThrow(
    'finite limits',
  );
});

test('bad input is refused before any training', async () => {
  const environment = makeVectorEnvironment('Pendulum-v1', { count: 4 });
  const start = (config: SacOptions) => sac({ environment, backend: referenceBackend(), config });
  await expect(start({ bufferSize: 3 })).rejects.toThrow(ConfigError);
  await expect(start({ bufferSize: 1e9 })).rejects.toThrow('MiB are free; make the buffer smaller');
  await expect(start({ averaging: 0 })).rejects.toThrow('averaging');
});

test('an exploding critic stops the run and says which quantity went first', async () => {
  const learner = await sac({
    environment: makeVectorEnvironment('Pendulum-v1', { count: 2 }),
    backend: referenceBackend(),
    config: { ...small, learningRate: 1e30 },
  });
  // The critics' first step leads beyond what float32 holds, and the actor is judged by them.
  const failure = train(learner);
  await expect(failure).rejects.toThrow(NumericalError);
  await expect(failure).rejects.toThrow(/sac: actorLoss became Infinity at step \d+; the last checkpoint/);
});

test('a reward that is NaN stops the run before anything is learned from it', async () => {
  const environment = makeVectorEnvironment('Pendulum-v1', { count: 2 });
  const step = environment.step.bind(environment);
  let steps = 0;
  environment.step = (actions) => {
    step(actions);
    if (++steps === 25) environment.rewards[1] = NaN;
  };
  const learner = await sac({ environment, backend: referenceBackend(), config: small });
  const trained = learner.train();
  await trained.next();
  const failure = trained.next();
  await expect(failure).rejects.toThrow('expected a finite reward, got NaN from environment 1');
});

test('a policy on another backend acts alike', async () => {
  const config = { ...small, steps: 40 };
  const act = async (backend: Parameters<typeof sac>[0]['backend']) => {
    const environment = makeVectorEnvironment('Pendulum-v1', { count: 2 });
    const learner = await sac({ environment, backend, config });
    await train(learner);
    return (await learner.agent.act(Float32Array.of(1, 0, 0.5))) as Float32Array;
  };
  const [expected] = await act(referenceBackend());
  for (const backend of [await onnxBackend(), await wasmBackend({ threads: 1 })]) {
    const [action] = await act(backend);
    expect(Math.abs(action! - expected!)).toBeLessThan(1e-4);
    await backend.close();
  }
});

test('every field of the configuration says what it is', () => {
  for (const [name, field] of Object.entries(sacSchema.shape)) {
    expect([name, field.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
  }
});
