/** What actions are judged by, by hand. */
import { rollout } from '@ascent-rl/training';
import { judge } from './index.ts';

/** Two episodes: rewards 1, 2, 4, which ends, and 8, 16, which is cut short before a state worth 32. */
function twoEpisodes() {
  const record = rollout({ steps: 8, environments: 1, observationSize: 1, actionSize: 1 });
  record.rewards.set([1, 2, 4, 8, 16]);
  record.values.set([10, 20, 30, 40, 50]);
  record.terminated[2] = 1;
  record.truncated[4] = 1;
  record.nextValues[4] = 32;
  record.advantages.fill(99);
  return record;
}

const plain = {
  returns: 'rewardToGo',
  rewardsEndReturns: false,
  baseline: 'none',
  baselineTarget: 'monteCarlo',
  discount: 0.5,
  normalizeAdvantage: false,
} as const;
// With γ = ½: 4; 2 + 2; 1 + 2. Then 16 + 16; 8 + 16.
const toGo = [3, 4, 4, 24, 32];

const judged = (options: object) => {
  const record = twoEpisodes();
  judge({ ...plain, ...options }).judge(record, 5, 1);
  return record;
};

test.each([
  ['reward-to-go', {}, toGo],
  ['whole episodes', { returns: 'wholeEpisode' }, [3, 3, 3, 24, 24]],
  ['values as baseline', { baseline: 'value' }, [-7, -16, -26, -16, -18]],
  ['both', { returns: 'wholeEpisode', baseline: 'value' }, [-7, -17, -27, -16, -26]],
  ['each reward by itself', { rewardsEndReturns: true }, [1, 2, 4, 8, 16]],
  ['no discount', { discount: 1 }, [7, 6, 4, 56, 48]],
])('%s; room that is left counts for nothing', (_, options, expected) => {
  expect([...judged(options).advantages]).toEqual([...expected, 0, 0, 0]);
});

test('values are fitted to the return that followed, or to one reward and the next value', () => {
  expect([...judged({ returns: 'wholeEpisode' }).valueTargets.subarray(0, 5)]).toEqual(toGo);
  const targets = judged({ baselineTarget: 'temporalDifference' }).valueTargets;
  expect([...targets.subarray(0, 5)]).toEqual([1 + 10, 2 + 15, 4, 8 + 25, 16 + 16]);
});

test('the constant baseline is a mean of earlier returns only, and part of the state', () => {
  const first = judge({ ...plain, baseline: 'constant' });
  const record = twoEpisodes();
  first.judge(record, 5, 1);
  expect([...record.advantages.subarray(0, 5)]).toEqual(toGo);
  const mean = toGo.reduce((sum, value) => sum + value) / toGo.length;
  const second = judge({ ...plain, baseline: 'constant' });
  second.restore({ arrays: first.state() });
  second.judge(record, 5, 1);
  toGo.forEach((value, t) => expect(record.advantages[t]).toBeCloseTo(value - mean, 5));
});

test('weights are shared among the episodes, after they were standardized', () => {
  const record = twoEpisodes();
  judge({ ...plain, normalizeAdvantage: true }).judge(record, 5, 2);
  const weights = [...record.advantages.subarray(0, 5)];
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0, 5);
  expect(weights.reduce((sum, weight) => sum + weight ** 2, 0) / 5).toBeCloseTo(1 / 4, 5);
});
