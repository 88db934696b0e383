/** Experience until a return is reached. */
import { experienceUntil } from './q-learning.ts';

test('episodes are steps over the lengths that returns tell', () => {
  // 1000 steps of length 20, 1000 of length 50, 1000 of length 100.
  const curve = { steps: [1000, 2000, 3000], returns: [20, 50, 100] };
  expect(experienceUntil(curve, 50)).toEqual({ steps: 2000, episodes: 50 + 20 });
  expect(experienceUntil(curve, 60)).toEqual({ steps: 3000, episodes: 50 + 20 + 10 });
  expect(experienceUntil(curve, 101)).toBeUndefined();
});

test('where steps cost 1, the length is minus the return', () => {
  const curve = { steps: [1000, 2000], returns: [-500, -100] };
  expect(experienceUntil(curve, -100)).toEqual({ steps: 2000, episodes: 2 + 10 });
});
