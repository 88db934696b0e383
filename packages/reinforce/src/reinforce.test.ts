/** REINFORCE as a whole: it learns, repeats itself and resumes. */
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { ConfigError, NumericalError } from '@ascent-rl/core/errors';
import { referenceBackend } from '@ascent-rl/core/reference';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import type { Snapshot } from '@ascent-rl/training';
import {
  describeLearner,
  describeLearning,
  testActionMasks,
  testDictObservations,
  testMemory,
  train,
} from '../../training/fixtures/learner-suite.ts';
import { reinforce, reinforceSchema, type ReinforceOptions } from './index.ts';

const small: ReinforceOptions = {
  hiddenSizes: [8],
  updatesPerIteration: 2,
  episodesPerUpdate: 2,
  batchSize: 16,
  learningRate: 1e-2,
  steps: 2000,
};
const everything: ReinforceOptions = {
  discount: 0.9,
  returns: 'wholeEpisode',
  rewardsEndReturns: true,
  baseline: 'constant',
  normalizeAdvantage: true,
  entropyWeight: 0.01,
  binaryPolicy: 'softmax',
  normalizeObservations: true,
  normalizeRewards: true,
  learningRateSchedule: 'linear',
  optimizer: 'rmsProp',
};
const ofTheBaseline: ReinforceOptions = {
  baselineTarget: 'temporalDifference',
  baselineLearningRate: 1e-2,
  baselineEpochs: 3,
};
const environments = 1;

describeLearner({ start: reinforce, small, everything, environments });
describe('the value baseline', () => {
  describeLearner({ start: reinforce, small, everything: ofTheBaseline, environments });
});
testMemory({ start: reinforce, environments }, { steps: 20_000, updatesPerIteration: 2, hiddenSizes: [8] });
describeLearning(
  { start: reinforce, environments },
  {
    hiddenSizes: [8],
    learningRate: 2e-2,
    baselineLearningRate: 1e-2,
    initialLogStandardDeviation: -1,
    episodesPerUpdate: 16,
    steps: 6000,
  },
);

testDictObservations(
  { start: reinforce, environments: 1 },
  { hiddenSizes: [8], learningRate: 2e-2, episodesPerUpdate: 16, steps: 4000 },
);
testActionMasks({ start: reinforce, environments: 1 }, { hiddenSizes: [8], learningRate: 1e-2, steps: 3000 });

const cartPoles = (count = 1) => makeVectorEnvironment('CartPole-v1', { count });

test.each<[string, ReinforceOptions]>([
  ['one episode an update and values', {}],
  ['ten episodes an update and no baseline', { baseline: 'none', episodesPerUpdate: 10, learningRate: 1e-2 }],
])('learns to balance with %s', async (_, config) => {
  const backend = await wasmBackend();
  const learner = await reinforce({
    environment: cartPoles(),
    backend,
    config: { steps: 60_000, ...config },
    seed: 1,
  });
  const events = await train(learner);
  expect(events.at(-1)!.metrics['rollout/ep_rew_mean']).toBeGreaterThan(100);
  await backend.close();
});

test('training ends with the update that completes its steps', async () => {
  const config = { ...small, steps: 1 };
  const learner = await reinforce({ environment: cartPoles(), backend: referenceBackend(), config });
  const events = await train(learner);
  expect(events).toHaveLength(1);
  expect(events[0]!.episodes).toHaveLength(2);
  expect(events[0]!.step).toBe(events[0]!.episodes.reduce((sum, { length }) => sum + length, 0));
});

test('environments side by side play the same number of episodes each, also after a resumption', async () => {
  const config = { ...small, episodesPerUpdate: 6 };
  const start = (snapshot?: Snapshot) =>
    reinforce({
      environment: cartPoles(3),
      backend: referenceBackend(),
      config,
      ...(snapshot && { snapshot }),
    });
  const whole = await start();
  const events = await train(whole, 4);
  for (const { episodes } of events) {
    expect(episodes.map(({ environment }) => environment).toSorted()).toEqual([
      0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2,
    ]);
  }
  const steps = events.map(({ episodes }) => episodes.reduce((sum, { length }) => sum + length, 0));
  expect(events.map(({ step }, i) => step - (events[i - 1]?.step ?? 0))).toEqual(steps);
  expect(events.at(-1)!.metrics['time/episodes']).toBe(48);
  const stopped = await start();
  await train(stopped, 2);
  expect(await train(await start(await stopped.snapshot()), 2)).toEqual(events.slice(2));
});

test('bad input is refused before any training', async () => {
  const start = (config: ReinforceOptions, count = 1) =>
    reinforce({ environment: cartPoles(count), backend: referenceBackend(), config });
  await expect(start({ episodesPerUpdate: 0 })).rejects.toThrow(ConfigError);
  await expect(start({ baseline: 'mean' } as object)).rejects.toThrow('baseline');
  await expect(start({ episodesPerUpdate: 3 }, 2)).rejects.toThrow('a multiple of the 2 environments');
});

test('an exploding loss stops the run and says which quantity went first', async () => {
  const config = { ...small, baselineLearningRate: 1e30 };
  const learner = await reinforce({ environment: cartPoles(), backend: referenceBackend(), config });
  await expect(train(learner)).rejects.toThrow(NumericalError);
});

test('every field of the configuration says what it is', () => {
  for (const [name, field] of Object.entries(reinforceSchema.shape)) {
    expect([name, field.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
  }
});
