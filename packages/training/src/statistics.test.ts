import { episodeStatistics, explainedVariance } from './statistics.ts';

test('returns and lengths of the episodes of each environment', () => {
  const statistics = episodeStatistics(2);
  expect(statistics.meanReturn()).toBeNaN();
  expect(statistics.record([1, 10], [0, 0], [0, 0])).toEqual([]);
  expect(statistics.record([2, 20], [0, 1], [0, 0])).toEqual([{ environment: 1, return: 30, length: 2 }]);
  expect(statistics.record([3, 40], [0, 0], [1, 0])).toEqual([{ environment: 0, return: 6, length: 3 }]);
  expect(statistics.record([5, 50], [1, 1], [0, 0])).toEqual([
    { environment: 0, return: 5, length: 1 },
    { environment: 1, return: 90, length: 2 },
  ]);
  expect(statistics.episodes()).toBe(4);
  expect(statistics.meanReturn()).toBe((30 + 6 + 5 + 90) / 4);
  expect(statistics.meanLength()).toBe((2 + 3 + 1 + 2) / 4);
});

test('the window keeps the last 100 episodes', () => {
  const statistics = episodeStatistics(1);
  for (let i = 1; i <= 150; i++) statistics.record([i], [1], [0]);
  expect(statistics.episodes()).toBe(150);
  expect(statistics.meanReturn()).toBe((51 + 150) / 2);
});

test('restored in the middle of an episode, it goes on', () => {
  const first = episodeStatistics(1, 2);
  first.record([1], [1], [0]);
  first.record([5], [0], [0]);
  const second = episodeStatistics(1, 2);
  second.restore({ arrays: first.state() });
  expect(second.record([6], [1], [0])).toEqual([{ environment: 0, return: 11, length: 2 }]);
  expect(second.meanReturn()).toBe((1 + 11) / 2);
});

test.each([
  ['a perfect prediction', [1, 2, 4], [1, 2, 4], 1],
  ['a constant', [7, 7, 7], [1, 2, 3], 0],
  ['an offset does not matter', [11, 12, 14], [1, 2, 4], 1],
  ['the opposite', [-1, -2, -3], [1, 2, 3], 1 - 4], // Var(2 target) = 4 Var(target)
])('explained variance of %s', (_, predictions, targets, expected) => {
  expect(explainedVariance(predictions, targets)).toBeCloseTo(expected, 12);
});

test('targets that do not vary have no explained variance', () => {
  expect(explainedVariance([1, 2, 3], [5, 5, 5])).toBeNaN();
});
