/** Every environment of this package does the same one by one and vectorised. */
import { generator } from '@ascent-rl/core/random';
import {
  actionSize,
  builtinEnvironments,
  flatSize,
  flattenAction,
  flattenInto,
  makeEnvironment,
  makeVectorEnvironment,
  sample,
  type Environment,
} from '../index.ts';

const count = 3;

/** Compares numbers; jest takes long for images. */
const expectSame = (numbers: Float32Array, expected: Float32Array): void => {
  expect(numbers).toHaveLength(expected.length);
  expect(numbers.findIndex((number, i) => !Object.is(number, expected[i]))).toBe(-1);
};

test.each(builtinEnvironments.ids)('%s', (id) => {
  const limit = { maxEpisodeSteps: 15 };
  const vector = makeVectorEnvironment(id, { count, ...limit });
  const singles = Array.from({ length: count }, () => makeEnvironment(id, limit));
  const random = generator(5);
  const numbers = actionSize(vector.actionSpace);
  const actions = new Float32Array(count * numbers);
  const shown = new Float32Array(count * flatSize(vector.observationSpace));
  const last = new Float32Array(shown.length);
  const show = (
    { observationSpace }: Environment,
    observation: unknown,
    row: number,
    into: Float32Array,
  ): void => flattenInto(observationSpace, observation as never, into, row * flatSize(observationSpace));

  vector.reset(11);
  singles.forEach((single, row) => show(single, single.reset({ seed: 11 + row }).observation, row, shown));
  expectSame(vector.observations, shown);
  let ended = 0;
  for (let step = 0; step < 40; step++) {
    const results = singles.map((single, row) => {
      const action = sample(single.actionSpace, random);
      flattenAction(single.actionSpace, action, actions, row * numbers);
      const result = single.step(action);
      const isOver = result.terminated || result.truncated;
      if (isOver) show(single, result.observation, row, last);
      show(single, isOver ? single.reset().observation : result.observation, row, shown);
      return result;
    });
    vector.step(actions);
    expectSame(vector.observations, shown);
    expect(Array.from(vector.rewards)).toEqual(results.map(({ reward }) => reward));
    expect(Array.from(vector.terminated)).toEqual(results.map(({ terminated }) => Number(terminated)));
    expect(Array.from(vector.truncated)).toEqual(results.map(({ truncated }) => Number(truncated)));
    results.forEach(({ terminated, truncated }, row) => {
      if (!terminated && !truncated) return;
      ended += 1;
      const [from, to] = [row, row + 1].map((i) => i * vector.observationSize);
      expectSame(vector.finalObservations.subarray(from, to), last.subarray(from, to));
    });
  }
  expect(ended).toBeGreaterThan(count);
});
