/** TRPO as a whole: it learns, repeats itself, resumes, stays in its trust region, and refuses what it can't do. */
import { ConfigError, NumericalError } from '@ascent-rl/core/errors';
import { referenceBackend } from '@ascent-rl/core/reference';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import {
  describeLearner,
  describeLearning,
  testActionMasks,
  testDictObservations,
  testMemory,
  train,
} from '../../training/fixtures/learner-suite.ts';
import { subsample, trpo, trpoSchema, type TrpoOptions } from './index.ts';

const small: TrpoOptions = {
  rolloutSteps: 16,
  batchSize: 32,
  criticEpochs: 2,
  conjugateGradientSteps: 4,
  hiddenSizes: [8],
  steps: 640,
};
const everything: TrpoOptions = {
  subsampling: 4,
  damping: 0.01,
  targetKl: 0.02,
  normalizeAdvantage: false,
  normalizeObservations: true,
  normalizeRewards: true,
};
const underTest = { start: trpo, small, everything, environments: 4 };

describeLearner(underTest);
testDictObservations(underTest, { ...small, steps: 2048 });
testActionMasks(underTest, { ...small, steps: 2048 });
testMemory(underTest, { ...small, steps: 64 * 300 });
describeLearning(
  { start: trpo, environments: 8 },
  { ...small, initialLogStandardDeviation: -1, steps: 8192 },
);

const start = (config: TrpoOptions, id = 'CartPole-v1') =>
  trpo({
    environment: makeVectorEnvironment(id, { count: 4 }),
    backend: referenceBackend(),
    config: { ...small, ...config },
    seed: 1,
  });

test.each([
  ['choices', 'CartPole-v1'],
  ['real numbers', 'Pendulum-v1'],
])(
  'an accepted step raises the objective and stays within the bound on the divergence: %s',
  async (_, id) => {
    const targetKl = 5e-3;
    for (const { metrics } of await train(await start({ targetKl, damping: 1e-3 }, id))) {
      expect(metrics['train/kl_divergence_loss']).toBeLessThanOrEqual(targetKl);
      if (metrics['train/is_line_search_success'] === 1) {
        expect(metrics['train/kl_divergence_loss']).toBeGreaterThan(0);
        expect(metrics['train/policy_objective']).toBeGreaterThan(0);
      }
    }
  },
);

test('where no size of step is accepted the policy stays what it was', async () => {
  const learner = await start({ targetKl: 1e-30, criticEpochs: 1 });
  const [event] = await train(learner, 1);
  expect(event!.metrics['train/is_line_search_success']).toBe(0);
  const policyOf = async (at: typeof learner) => {
    const { arrays } = await at.snapshot();
    return Array.from(arrays['parameters'] as Float32Array);
  };
  const before = await policyOf(await start({}));
  const after = await policyOf(learner);
  // The actor's parameters come first.
  expect(after.slice(0, 4 * 8 + 8 + 8 * 2 + 2)).toEqual(before.slice(0, 4 * 8 + 8 + 8 * 2 + 2));
  expect(after).not.toEqual(before);
});

test.each([
  [2, 2],
  [4, 2],
  [2, 4],
])('of %d environments side by side, one row in %d shows all', (environments, interval) => {
  const rows = subsample(128, interval);
  expect(rows.map((row) => Math.floor(row / interval))).toEqual(rows.map((_, group) => group));
  expect(new Set(rows.map((row) => row % environments)).size).toBe(environments);
});

test('bad input is refused before any training', async () => {
  await expect(start({ targetKl: 0 })).rejects.toThrow(ConfigError);
  await expect(start({ subsampling: 7 })).rejects.toThrow("divides the rollout's 64 rows, got 7");
  await expect(start({ batchSize: 48 })).rejects.toThrow('nearest are 32 and 64');
  await expect(start({ sharedNetwork: true } as TrpoOptions)).rejects.toThrow('unknown sharedNetwork');
});

test('an exploding critic stops the run and says which quantity went first', async () => {
  await expect(train(await start({ learningRate: 1e30 }))).rejects.toThrow(NumericalError);
});

test('every field of the configuration says what it is', () => {
  for (const [name, field] of Object.entries(trpoSchema.shape)) {
    expect([name, field.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
  }
});
