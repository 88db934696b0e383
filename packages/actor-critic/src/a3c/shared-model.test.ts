/** The shared model: one memory, and RMSProp with ε inside the root. */
import type { Moments } from '@ascent-rl/training';
import { descendShared, sharedModel, viewSharedModel } from './shared-model.ts';

test('views of one buffer are one model', () => {
  const model = sharedModel(3, 2);
  const other = viewSharedModel(model.buffer, 2);
  model.parameters.set([1, 2, 3]);
  model.squareAverage.set([4, 5, 6]);
  Atomics.add(model.steps, 0, 7);
  model.observations.mean.set([8, 9]);
  model.rewards.variance.set([10]);
  expect([[...other.parameters], [...other.squareAverage], [...other.steps]]).toEqual([
    [1, 2, 3],
    [4, 5, 6],
    [7],
  ]);
  const numbers = ({ mean, variance }: Moments) => [[...mean], [...variance]];
  expect(numbers(other.observations)).toEqual([[8, 9], [1, 1]]); // prettier-ignore
  expect(numbers(other.rewards)).toEqual([[0], [10]]);
});

test('a step of RMSProp, by hand', () => {
  const model = sharedModel(2, 1);
  model.parameters.set([1, -1]);
  model.squareAverage.set([0.5, 0]);
  descendShared(model, Float32Array.of(2, 0), { learningRate: 0.1, decay: 0.75, epsilon: 0.125 });
  // s = ¾ · ½ + ¼ · 4 = 1.375 and √(1.375 + 0.125) = √1.5; where the gradient is 0 nothing moves.
  expect(model.squareAverage[0]).toBe(1.375);
  expect(model.parameters[0]).toBeCloseTo(1 - 0.2 / Math.sqrt(1.5), 6);
  expect([model.squareAverage[1], model.parameters[1]]).toEqual([0, -1]);
});
