/** PPO as a whole: it learns, repeats itself, resumes, and refuses what it can't do. */
import { onnxBackend } from '@ascent-rl/backend-onnx';
import type { Backend } from '@ascent-rl/core';
import { ConfigError, NumericalError } from '@ascent-rl/core/errors';
import { referenceBackend } from '@ascent-rl/core/reference';
import {
  box,
  discrete,
  makeVectorEnvironment,
  multiBinary,
  multiDiscrete,
  vectorize,
  type Space,
  type VectorEnvironment,
} from '@ascent-rl/environments';
import { decodeSnapshot, encodeSnapshot, type IterationEvent, type Learner } from '@ascent-rl/training';
import { target } from '../../environments/fixtures/target.ts';
import { testActionMasks, testDictObservations } from '../../training/fixtures/learner-suite.ts';
import { ppo, ppoSchema, type PpoOptions } from './index.ts';

const small: PpoOptions = {
  rolloutSteps: 16,
  batchSize: 32,
  epochs: 4,
  learningRate: 1e-2,
  hiddenSizes: [8],
  steps: 1024,
};

async function start(
  options: PpoOptions,
  environment = cartPoles(4),
  backend = referenceBackend(),
  seed = 1,
) {
  return ppo({ environment, backend, config: { ...small, ...options }, seed });
}

function cartPoles(count: number): VectorEnvironment {
  return makeVectorEnvironment('CartPole-v1', { count });
}

async function train(learner: Learner, iterations = Infinity): Promise<IterationEvent[]> {
  const events: IterationEvent[] = [];
  if (iterations === 0) return events;
  for await (const event of learner.train()) if (events.push(event) >= iterations) break;
  return events;
}

async function bytes(learner: Learner): Promise<Uint8Array> {
  return encodeSnapshot(await learner.snapshot());
}

describe('learns which action is asked for', () => {
  test.each<[string, Space, [number[], number[]], number]>([
    ['Discrete', discrete(3), [[0], [2]], -0.15],
    ['Discrete counted from 5', discrete(3, 5), [[7], [5]], -0.15],
    [
      'MultiDiscrete',
      multiDiscrete([2, 3]),
      [
        [1, 0],
        [0, 2],
      ],
      -0.3,
    ],
    [
      'MultiBinary',
      multiBinary(2),
      [
        [1, 0],
        [0, 1],
      ],
      -0.3,
    ],
    [
      'Box',
      box({ low: -1, high: 1, shape: [2] }),
      [
        [0.5, -0.5],
        [-0.5, 0.5],
      ],
      -0.5,
    ],
  ])('%s', async (_, space, targets, reached) => {
    const environment = vectorize(() => target(space, targets), 8);
    const learner = await start({ steps: 8192, initialLogStandardDeviation: -1 }, environment);
    const events = await train(learner);
    expect(events[0]!.metrics['rollout/ep_rew_mean']).toBeLessThan(2 * reached);
    expect(events.at(-1)!.metrics['rollout/ep_rew_mean']).toBeGreaterThan(reached);
  });
});

testDictObservations({ start: ppo, environments: 4 }, { ...small, steps: 2048 });
testActionMasks({ start: ppo, environments: 4 }, { ...small, steps: 2048 });

test('learns to balance: CartPole returns rise on ONNX Runtime', async () => {
  const backend = await onnxBackend();
  const options = {
    rolloutSteps: 32,
    batchSize: 256,
    epochs: 20,
    learningRate: 1e-3,
    discount: 0.98,
    lambda: 0.8,
  };
  const learner = await start({ ...options, hiddenSizes: [64, 64], steps: 15_000 }, cartPoles(8), backend);
  const events = await train(learner);
  expect(events.at(-1)!.metrics['rollout/ep_rew_mean']).toBeGreaterThan(100);
  await backend.close();
});

test.each<[string, VectorEnvironment]>([
  ['choices', cartPoles(4)],
  ['real numbers', makeVectorEnvironment('Pendulum-v1', { count: 4 })],
])('on the first minibatch the ratio is exactly 1: %s', async (_, environment) => {
  const [event] = await train(await start({ epochs: 1, batchSize: 64 }, environment), 1);
  expect(event!.metrics['train/approx_kl']).toBe(0);
  expect(event!.metrics['train/clip_fraction']).toBe(0);
});

const everything: PpoOptions = {
  valueClipRange: 0.2,
  entropyWeight: 0.01,
  targetKl: 1e-3,
  sharedNetwork: true,
  normalizeObservations: true,
  normalizeRewards: true,
  learningRateSchedule: 'linear',
  clipRangeSchedule: 'linear',
};

describe.each<[string, PpoOptions]>([
  ['with default options', {}],
  ['with every option', everything],
  ['with an adaptive penalty', { objective: 'adaptiveKlPenalty', klTarget: 1e-3 }],
  ['with a memory', { memory: 'lstm', memorySize: 8, normalizeObservations: true }],
])('%s', (_, options) => {
  test('equal seeds give equal runs, other seeds others', async () => {
    const run = async (seed: number) => {
      const learner = await start(options, cartPoles(4), referenceBackend(), seed);
      const events = await train(learner, 5);
      return { events, bytes: await bytes(learner) };
    };
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    expect(again).toEqual(first);
    expect(other.bytes).not.toEqual(first.bytes);
  });

  test('stopping and resuming equals not stopping, bit for bit', async () => {
    const whole = await start(options);
    const events = await train(whole, 6);
    const stopped = await start(options);
    await train(stopped, 3);
    const snapshot = decodeSnapshot(await bytes(stopped));
    const resumed = await ppo({
      environment: cartPoles(4),
      backend: referenceBackend(),
      config: { ...small, ...options },
      seed: 1,
      snapshot,
    });
    expect(await train(resumed, 3)).toEqual(events.slice(3));
    expect(await bytes(resumed)).toEqual(await bytes(whole));
  });
});

const alternatives: PpoOptions = { ...everything, objective: 'klPenalty', memory: 'gru' };

test.each<[string, PpoOptions]>(
  Object.entries(alternatives).map(([name, value]) => [name, { [name]: value }]),
)('the option %s changes what is learned', async (_, option) => {
  const [plain, changed] = [await start({}), await start(option)];
  const [, , without] = await train(plain, 3);
  const [, , withOption] = await train(changed, 3);
  expect(withOption!.metrics).not.toEqual(without!.metrics);
  Object.values(withOption!.metrics).forEach((value) => expect(value).not.toBe(Infinity));
});

test('a target KL stops the epochs of a rollout', async () => {
  const divergence = async (targetKl: number | null) =>
    (await train(await start({ epochs: 50, targetKl }), 1))[0]!.metrics['train/approx_kl']!;
  expect(await divergence(1e-3)).toBeLessThan(0.2 * (await divergence(null)));
});

test('ONNX Runtime and the interpreter take the same actions for 1,000 steps and learn the same', async () => {
  const follow = async (backend: Backend) => {
    const environment = cartPoles(4);
    const actions: number[] = [];
    const step = environment.step.bind(environment);
    environment.step = (chosen) => {
      actions.push(...chosen);
      step(chosen);
    };
    const learner = await start({ learningRate: 3e-4, epochs: 2, steps: 2048 }, environment, backend);
    return { actions, events: await train(learner) };
  };
  const backend = await onnxBackend();
  const [onnx, reference] = [await follow(backend), await follow(referenceBackend())];
  await backend.close();
  expect(onnx.actions.slice(0, 1000)).toEqual(reference.actions.slice(0, 1000));
  onnx.events.forEach(({ metrics }, i) => {
    const expected = reference.events[i]!.metrics['rollout/ep_rew_mean']!;
    if (!Number.isNaN(expected)) expect(metrics['rollout/ep_rew_mean']! / expected).toBeCloseTo(1, 1);
  });
});

describe('bad input is refused before any training', () => {
  test.each<[string, PpoOptions, string]>([
    ['a negative step size', { learningRate: -1 }, 'learningRate'],
    ['NaN', { discount: NaN }, 'discount'],
    ['a discount above 1', { discount: 1.5 }, 'got 1.5'],
    ['a batch larger than the rollout', { batchSize: 1000 }, "the rollout's 64 rows"],
    ['a batch that does not divide the rollout', { batchSize: 48 }, 'nearest are 32 and 64'],
    ['a batch of broken sequences', { memory: 'lstm', batchSize: 8 }, 'multiple of the 16 steps'],
    ['environments that cannot be dealt out', { memory: 'lstm', batchSize: 48 }, 'divides'],
    ['an unknown field', { clip: 0.1 } as PpoOptions, 'unknown clip'],
  ])('%s', async (_, options, message) => {
    await expect(start(options)).rejects.toThrow(ConfigError);
    await expect(start(options)).rejects.toThrow(message);
  });

  test('a checkpoint of another architecture', async () => {
    const snapshot = await (await start({})).snapshot();
    const other = ppo({
      environment: cartPoles(4),
      backend: referenceBackend(),
      config: { ...small, hiddenSizes: [16] },
      snapshot,
    });
    await expect(other).rejects.toThrow('"parameters"');
  });
});

test('an exploding loss stops the run and says which quantity went first', async () => {
  const learner = await start({ learningRate: 1e30, maxGradientNorm: 1e30 });
  await expect(train(learner)).rejects.toThrow(NumericalError);
  await expect(learner.snapshot()).rejects.toThrow(NumericalError);
});

test('every field of the configuration says what it is', () => {
  for (const [name, field] of Object.entries(ppoSchema.shape)) {
    expect([name, field.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
  }
});
