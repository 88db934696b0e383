import { interleave, timing } from './measure.ts';

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

test.each([
  [[5, 1, 4], { median: 4000, best: 1000 }],
  [[5, 1, 4, 2], { median: 3000, best: 1000 }],
  [[7], { median: 7000, best: 7000 }],
])('milliseconds %j become µs: the middle and the least', (milliseconds, expected) => {
  expect(timing(milliseconds)).toEqual(expected);
});
