import { ConfigError } from '@ascent-rl/core/errors';
import { generalizedAdvantage } from './advantage.ts';
import { completeNextValues, recordDecisions, recordOutcomes, rollout } from './rollout.ts';

const shape = { steps: 3, environments: 2, observationSize: 2, actionSize: 1 };

test('steps lie one after another, and the environments of a step side by side', () => {
  const buffer = rollout(shape);
  recordDecisions(buffer, 1, {
    observations: [1, 2, 3, 4],
    actions: [5, 6],
    logProbabilities: [-1, -2],
    values: [7, 8],
  });
  recordOutcomes(buffer, 1, { rewards: [9, 10], terminated: [0, 1], truncated: [1, 0] });
  expect([...buffer.observations]).toEqual([0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0]);
  expect([...buffer.actions]).toEqual([0, 0, 5, 6, 0, 0]);
  expect([...buffer.logProbabilities]).toEqual([0, 0, -1, -2, 0, 0]);
  expect([...buffer.values]).toEqual([0, 0, 7, 8, 0, 0]);
  expect([...buffer.rewards]).toEqual([0, 0, 9, 10, 0, 0]);
  expect([...buffer.terminated]).toEqual([0, 0, 0, 1, 0, 0]);
  expect([...buffer.truncated]).toEqual([0, 0, 1, 0, 0, 0]);
});

test('the next value is the following step’s, the last one’s, the final observation’s, or none', () => {
  const buffer = rollout(shape);
  buffer.values.set([1, 2, 3, 4, 5, 6]);
  buffer.terminated.set([0, 1, 0, 0, 0, 0]);
  buffer.truncated.set([1, 0, 0, 0, 0, 1]);
  buffer.nextValues.fill(99); // of an earlier rollout
  buffer.nextValues[0] = 50; // V of environment 0's final observation
  buffer.nextValues[5] = 60; // V of environment 1's
  completeNextValues(buffer, [7, 8]);
  expect([...buffer.nextValues]).toEqual([50, 0, 5, 6, 7, 60]);
});

test('advantages are filled into the buffer itself', () => {
  const buffer = rollout({ ...shape, steps: 1 });
  buffer.rewards.set([1, 2]);
  buffer.values.set([3, 4]);
  completeNextValues(buffer, [10, 20]);
  generalizedAdvantage(buffer, { discount: 0.5, lambda: 0.5 });
  expect([...buffer.advantages]).toEqual([1 + 5 - 3, 2 + 10 - 4]);
  expect([...buffer.valueTargets]).toEqual([6, 12]);
});

test.each([0, -1, 1.5, NaN])('%p steps are a configuration error', (steps) => {
  expect(() => rollout({ ...shape, steps })).toThrow(ConfigError);
  expect(() => rollout({ ...shape, steps })).toThrow(`rollout: expected steps ≥ 1, got ${steps}`);
});
