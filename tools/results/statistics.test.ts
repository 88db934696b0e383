/** Statistics over seeds by their definitions, and curves that keep their ends. */
import { bootstrapInterval, interquartileMean, standardError } from './statistics.ts';
import { learningCurve } from './stored.ts';

test('the interquartile mean is that of the middle half, whatever the order and the extremes', () => {
  expect(interquartileMean([8, 1, 7, 2, 6, 3, 5, 4])).toBe(4.5);
  // Of five numbers a quarter is one and a quarter: the second and the fourth count three quarters.
  expect(interquartileMean([1, 2, 3, 4, 1000])).toBeCloseTo((0.75 * 2 + 3 + 0.75 * 4) / 2.5, 12);
});

test('the standard error comes from the unbiased variance', () => {
  expect(standardError([1, 3])).toBeCloseTo(1, 12);
});

test('the bootstrap interval holds the interquartile mean and has no width where seeds agree', () => {
  const [low, high] = bootstrapInterval([1, 2, 3, 4, 5, 6]);
  expect(low).toBeLessThan(3.5);
  expect(high).toBeGreaterThan(3.5);
  expect(bootstrapInterval([7, 7, 7])).toEqual([7, 7]);
});

test('a curve is thinned between its first and its last moment, and begins with the first episode', () => {
  const lines = Array.from({ length: 100 }, (_, i) =>
    JSON.stringify({ step: 10 * (i + 1), 'rollout/ep_rew_mean': i < 5 ? null : i }),
  );
  const { steps, returns } = learningCurve(`${lines.join('\n')}\n`, 10);
  expect(steps).toHaveLength(10);
  expect([steps[0], steps.at(-1)]).toEqual([60, 1000]);
  expect([returns[0], returns.at(-1)]).toEqual([5, 99]);
});
