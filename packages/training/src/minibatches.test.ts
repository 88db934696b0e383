import { ConfigError } from '@ascent-rl/core/errors';
import { minibatches, sequenceMinibatches } from './minibatches.ts';

/** Fisher–Yates driven by a small linear congruential generator: all a minibatch needs of a generator. */
function shuffler(seed: number) {
  let state = seed;
  return {
    shuffle(elements: Float32Array): void {
      for (let i = elements.length - 1; i > 0; i--) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        const j = Math.floor((state / 2 ** 32) * (i + 1));
        [elements[i], elements[j]] = [elements[j]!, elements[i]!];
      }
    },
  };
}

test('every row comes once an epoch, in another order each time, in the same arrays', () => {
  const { batches, shuffle } = minibatches(12, 4);
  const arrays = [...batches];
  const generator = shuffler(1);
  const epochs = [1, 2].map(() => {
    shuffle(generator);
    return batches.flatMap((batch) => [...batch]);
  });
  expect(batches.map((batch) => batch.length)).toEqual([4, 4, 4]);
  expect(batches.every((batch, i) => batch === arrays[i])).toBe(true);
  for (const epoch of epochs) {
    expect([...epoch].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  }
  expect(epochs[0]).not.toEqual(epochs[1]);
});

test('the order depends on the generator alone, not on earlier epochs', () => {
  const used = minibatches(12, 12);
  used.shuffle(shuffler(1));
  used.shuffle(shuffler(2));
  const fresh = minibatches(12, 12);
  fresh.shuffle(shuffler(2));
  expect(used.batches).toEqual(fresh.batches);
});

test.each([
  [257, 'expected a batch size of at most the rollout’s 256 rows'],
  [100, 'expected a batch size that divides the rollout’s 256 rows, got 100; the nearest are 64 and 128'],
  [0, 'expected a batch size ≥ 1, got 0'],
  [NaN, 'expected a batch size ≥ 1, got NaN'],
])('a batch of %p out of 256 rows is a configuration error', (size, message) => {
  expect(() => minibatches(256, size)).toThrow(ConfigError);
  expect(() => minibatches(256, size)).toThrow(message.replace('’', "'"));
});

test('sequences that cannot be dealt out evenly are refused with batch sizes that can', () => {
  // Of four sequences of 16 rows, a minibatch holds one, two or four.
  expect(() => sequenceMinibatches(16, 4, 80)).toThrow(
    "at most the rollout's 64 rows (steps × environments), got 80",
  );
  expect(() => sequenceMinibatches(16, 4, 48)).toThrow(
    "the rollout's 64 rows, got 48; the nearest are 32 and 64",
  );
});
