import { interleave, medianRatio, quantile, timing } from './measure.ts';

test('runs take turns, and as many of them as asked for are timed', async () => {
  const order: string[] = [];
  const run = (name: string) => () => void order.push(name);
  // A turn too short for two runs: each has one, after those that find this out.
  const times = await interleave([run('a'), run('b')], { repeats: 3, turn: 1e-9 });
  expect(order.slice(-6)).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  expect(times.map(({ length }) => length)).toEqual([3, 3]);
});

test('a run that answers later is waited for', async () => {
  let running = 0;
  const run = async () => {
    running += 1;
    await Promise.resolve();
    expect(running).toBe(1);
    running -= 1;
  };
  await interleave([run, run], { repeats: 2, turn: 1e-9 });
  expect(running).toBe(0);
});

// NumPy: np.quantile([4, 1, 3, 2], [0, 0.25, 0.5, 1]) = [1, 1.75, 2.5, 4]
test.each([
  [0, 1],
  [0.25, 1.75],
  [0.5, 2.5],
  [1, 4],
])('quantile %d is interpolated as NumPy does', (share, value) => {
  expect(quantile([4, 1, 3, 2], share)).toBe(value);
});

test('milliseconds become µs; one slow turn does not move the median', () => {
  expect(timing([1, 1, 1, 1, 100])).toEqual({ median: 1000, low: 1000, high: 1000 });
});

test('ratios are taken turn by turn, so that a machine that slows down does not tilt them', () => {
  expect(medianRatio([2, 4, 20], [1, 2, 10])).toBe(2);
});

test('turns that only one of the two had do not count', () => {
  expect(medianRatio([2, 4, 1000], [1, 2])).toBe(2);
});
