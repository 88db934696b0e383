/** Evaluation counts whole episodes, each environment its share. */
import { box, discrete, vectorize, type Environment } from '@ascent-rl/environments';
import type { Agent } from './agent.ts';
import { evaluate } from './evaluation.ts';

/** Episodes of a fixed length that pay 1 a step. */
function fixedLength(length: number): Environment {
  let step = 0;
  const observe = () => Float32Array.of(Math.min(step / 100, 1));
  return {
    observationSpace: box({ low: 0, high: 1, shape: [1] }),
    actionSpace: discrete(2),
    reset() {
      step = 0;
      return { observation: observe(), info: {} };
    },
    step() {
      step += 1;
      return { observation: observe(), reward: 1, terminated: step === length, truncated: false, info: {} };
    },
  };
}

const idle = {
  batch: async () => ({ act: async () => undefined, dispose: () => undefined }),
} as unknown as Agent;

test('short episodes count no more than long ones', async () => {
  const lengths = [2, 10];
  const environment = vectorize((i) => fixedLength(lengths[i]!), 2);
  const result = await evaluate(idle, environment, { episodes: 6, seed: 0 });
  // Three episodes each, not whichever six end first: those would have a mean of 14 / 6.
  expect([...result.returns].sort((a, b) => a - b)).toEqual([2, 2, 2, 10, 10, 10]);
  expect(result.meanReturn).toBe(6);
  expect(result.meanLength).toBe(6);
  expect(result.returnDeviation).toBe(4);
});

test('an odd number of episodes is played exactly', async () => {
  const environment = vectorize(() => fixedLength(3), 4);
  const { returns } = await evaluate(idle, environment, { episodes: 7, seed: 0 });
  expect(returns).toEqual(new Array(7).fill(3));
});

test('an episode that nothing ends counts as it stands', async () => {
  const lengths = [Infinity, 3];
  const environment = vectorize((i) => fixedLength(lengths[i]!), 2);
  const result = await evaluate(idle, environment, { episodes: 4, seed: 0, longestEpisode: 20 });
  expect([...result.lengths].sort((a, b) => a - b)).toEqual([3, 3, 20, 20]);
});

test('signals and timers get through while it plays', async () => {
  let isRung = false;
  const untilRung: Environment = {
    ...fixedLength(Infinity),
    step: () => ({
      observation: Float32Array.of(0),
      reward: 1,
      terminated: isRung,
      truncated: false,
      info: {},
    }),
  };
  setImmediate(() => (isRung = true));
  const environment = vectorize(() => untilRung, 1);
  const { lengths } = await evaluate(idle, environment, { episodes: 1, seed: 0, longestEpisode: 10_000_000 });
  expect(lengths[0]).toBeLessThan(10_000_000);
});

test.each([0, -1, 1.5, NaN])('%s episodes are refused', async (episodes) => {
  const environment = vectorize(() => fixedLength(3), 1);
  await expect(evaluate(idle, environment, { episodes, seed: 0 })).rejects.toThrow(String(episodes));
});
