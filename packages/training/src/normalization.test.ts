import { CheckpointError } from '@ascent-rl/core/errors';
import { observationNormalizer, rewardNormalizer, runningMoments } from './normalization.ts';

test('the moments of batches are those of all rows, with 10⁻⁴ of a row at mean 0 and variance 1', () => {
  const rows = [
    [1, 100],
    [2, 300],
    [6, -100],
    [3, 500],
    [5, 0],
  ];
  const moments = runningMoments(2, 'x');
  moments.update(Float32Array.from(rows.slice(0, 2).flat()));
  moments.update(Float32Array.from(rows.slice(2).flat()));

  const prior = 1e-4;
  const total = prior + rows.length;
  for (const i of [0, 1]) {
    const mean = rows.reduce((sum, row) => sum + row[i]!, 0) / total;
    const squares = rows.reduce((sum, row) => sum + row[i]! ** 2, 0) + prior * 1; // E[x²] of the prior is 1
    expect(moments.mean[i]).toBeCloseTo(mean, 9);
    expect(moments.variance[i]! / (squares / total - mean ** 2)).toBeCloseTo(1, 9);
  }
});

test('far from zero the variance keeps its digits', () => {
  const moments = runningMoments(1, 'x');
  for (let i = 0; i < 1e5; i++) moments.update([1e6 + (i % 2)]);
  // Beside the rows' own ¼ the prior at 0 counts, 10⁻⁴ rows out of 10⁵.
  expect(moments.variance[0]).toBeCloseTo(0.25 + (1e6 + 0.5) ** 2 * 1e-9, 4);
});

test('an empty batch changes nothing', () => {
  const moments = runningMoments(2, 'x');
  moments.update([]);
  expect([...moments.mean, ...moments.variance]).toEqual([0, 0, 1, 1]);
});

describe('observations', () => {
  test('are shifted, scaled and clipped, and normalizing leaves the statistics alone', () => {
    const normalizer = observationNormalizer(2);
    normalizer.mean.set([1, -1]);
    normalizer.variance.set([4, 0.25]);
    const batch = Float32Array.of(5, -1.5, 1000, -1000);
    normalizer.normalize(batch);
    expect(batch[0]).toBeCloseTo((5 - 1) / 2, 6);
    expect(batch[1]).toBeCloseTo((-1.5 + 1) / 0.5, 6);
    expect([...batch.subarray(2)]).toEqual([10, -10]);
    expect([...normalizer.mean, ...normalizer.variance]).toEqual([1, -1, 4, 0.25]);
  });

  test('can go to another array, under another clip', () => {
    const normalizer = observationNormalizer(1, { clip: 2 });
    const raw = Float32Array.of(5, 1);
    const into = new Float32Array(2);
    normalizer.normalize(raw, into);
    expect([...raw]).toEqual([5, 1]);
    expect([...into]).toEqual([2, 1]); // the variance of 1 plus 1e-8 rounds away
  });

  test('that are NaN stay NaN', () => {
    const batch = Float32Array.of(NaN);
    observationNormalizer(1).normalize(batch);
    expect(batch[0]).toBeNaN();
  });
});

describe('rewards', () => {
  test('are divided by the spread of the discounted return, which starts anew with an episode', () => {
    const normalizer = rewardNormalizer(2, 0.5);
    normalizer.update([1, 2], [0, 0], [0, 0]); // returns 1, 2
    normalizer.update([1, 2], [0, 1], [0, 0]); // returns 1.5, 3; the second ends
    normalizer.update([1, 2], [0, 0], [1, 0]); // returns 1.75, 2; the first ends
    normalizer.update([1, 2], [0, 0], [0, 0]); // returns 1, 3
    const returns = [1, 2, 1.5, 3, 1.75, 2, 1, 3];
    const total = 1e-4 + returns.length;
    const mean = returns.reduce((sum, r) => sum + r, 0) / total;
    const variance = (returns.reduce((sum, r) => sum + r * r, 0) + 1e-4) / total - mean ** 2;

    const rewards = Float64Array.of(3, -1, 1e6);
    normalizer.normalize(rewards);
    expect(rewards[0]).toBeCloseTo(3 / Math.sqrt(variance), 6);
    expect(rewards[1]).toBeCloseTo(-1 / Math.sqrt(variance), 6);
    expect(rewards[2]).toBe(10);
  });
});

test('a restored normalizer goes on like the one that was saved', () => {
  const first = rewardNormalizer(2, 0.9);
  first.update([1, 2], [0, 0], [0, 0]);
  const arrays = Object.fromEntries(
    Object.entries(first.state()).map(([name, array]) => [name, array.slice()]),
  );
  const second = rewardNormalizer(2, 0.9);
  second.restore({ arrays });
  for (const normalizer of [first, second]) normalizer.update([3, 4], [1, 0], [0, 0]);
  expect(second.state()).toEqual(first.state());
});

test('statistics of another observation are refused by name and shape', () => {
  const arrays = observationNormalizer(3).state();
  const restore = (): void => observationNormalizer(4).restore({ arrays });
  expect(restore).toThrow(CheckpointError);
  expect(restore).toThrow('expected array "observations.mean" of shape [4], got [3]');
});
