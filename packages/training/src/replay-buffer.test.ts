import { generator } from '@ascent-rl/core/random';
import { CheckpointError, ConfigError, NumericalError } from '@ascent-rl/core/errors';
import { box } from '@ascent-rl/environments';
import { priorities } from './prioritized-replay.ts';
import { memoryInUse } from '../fixtures/memory-in-use.ts';
import {
  replayBatch,
  replayBuffer,
  replayBytes,
  type ReplayBuffer,
  type Transitions,
} from './replay-buffer.ts';
import { expectMemory } from './memory.ts';

const shape = {
  capacity: 8,
  environments: 2,
  observationSize: 1,
  actionSize: 1,
  multiStep: 1,
  discount: 0.5,
};

type Step = Partial<Transitions>;

/** Adds steps in which everything is told apart by its numbers: environment e sees 10 t + e at time t. */
function addSteps(buffer: ReplayBuffer, steps: readonly Step[], from = 0): void {
  steps.forEach((step, i) => {
    const t = from + i;
    buffer.add({
      observations: [10 * t, 10 * t + 1],
      actions: [t, -t],
      rewards: [1, 2],
      nextObservations: [10 * t + 10, 10 * t + 11],
      finalObservations: [1000 + t, 2000 + t],
      terminated: [0, 0],
      truncated: [0, 0],
      ...step,
    });
  });
}

function rowsOf(buffer: ReplayBuffer, rows: readonly number[]) {
  const batch = replayBatch(rows.length, shape);
  batch.rows.set(rows);
  buffer.gather(batch);
  return Object.fromEntries(
    Object.entries(batch).map(([name, values]) => [name, Array.from(values as Float32Array)]),
  );
}

test('a transition is what was seen, done, earned and seen next', () => {
  const buffer = replayBuffer(shape);
  addSteps(buffer, [{}, { rewards: [3, 4] }]);
  expect(buffer.size).toBe(4);
  expect(rowsOf(buffer, [0, 3])).toEqual({
    rows: [0, 3],
    observations: [0, 11],
    actions: [0, -1],
    rewards: [1, 4],
    nextObservations: [10, 21],
    discounts: [0.5, 0.5],
  });
});

test('an end has its own final observation; only a terminal one has no future', () => {
  const buffer = replayBuffer(shape);
  addSteps(buffer, [{ terminated: [1, 0], truncated: [0, 1] }]);
  expect(rowsOf(buffer, [0, 1])).toMatchObject({ nextObservations: [1000, 2000], discounts: [0, 0.5] });
});

test('a full buffer forgets the oldest', () => {
  const buffer = replayBuffer(shape);
  addSteps(buffer, [{}, {}, {}, {}, {}]);
  expect(buffer.size).toBe(8);
  expect(rowsOf(buffer, [0, 1, 2])['observations']).toEqual([40, 41, 10]);
});

test('returns of three steps, cut by the ends of episodes', () => {
  const buffer = replayBuffer({ ...shape, capacity: 12, multiStep: 3 });
  const rewards = [8, 8] as const;
  addSteps(buffer, [
    { rewards },
    { rewards, truncated: [0, 1] },
    { rewards, terminated: [1, 0] },
    { rewards },
  ]);
  // Environment 0 terminates in its third step, environment 1 is cut off in its second.
  expect(rowsOf(buffer, [0, 2, 4, 6])).toMatchObject({
    rewards: [8 + 4 + 2, 8 + 4, 8, 8],
    nextObservations: [1002, 1002, 1002, 40],
    discounts: [0, 0, 0, 0.5],
  });
  expect(rowsOf(buffer, [1, 3, 5, 7])).toMatchObject({
    rewards: [8 + 4, 8, 8 + 4, 8],
    nextObservations: [2001, 2001, 41, 41],
    discounts: [0.25, 0.5, 0.25, 0.5],
  });
});

test('returns go on over the seam of the ring', () => {
  const buffer = replayBuffer({ ...shape, multiStep: 2 });
  addSteps(buffer, [{}, {}, {}, { rewards: [8, 8] }, { rewards: [4, 4] }]);
  expect(rowsOf(buffer, [6, 0])).toMatchObject({ rewards: [8 + 2, 4], nextObservations: [50, 50] });
});

test('after a cut a return grows no more', () => {
  const buffer = replayBuffer({ ...shape, multiStep: 2 });
  addSteps(buffer, [{}]);
  buffer.cut();
  addSteps(buffer, [{}], 1);
  expect(rowsOf(buffer, [0])).toMatchObject({ rewards: [1], nextObservations: [10] });
});

test('uniform draws take every row equally often', () => {
  const buffer = replayBuffer(shape);
  addSteps(buffer, [{}, {}, {}]);
  const batch = replayBatch(6000, shape);
  buffer.sample(generator(1), batch);
  const counts = new Float64Array(8);
  for (const row of batch.rows) counts[row]!++;
  // Six rows, 1000 draws each; the deviation is √(6000 · 1/6 · 5/6) = 29.
  counts.subarray(0, 6).forEach((count) => expect(Math.abs(count - 1000)).toBeLessThan(4 * 29));
  expect([counts[6], counts[7]]).toEqual([0, 0]);
});

test('restored, it goes on as if it had never stopped', () => {
  const first = replayBuffer({ ...shape, multiStep: 2 });
  addSteps(first, [{}, {}, {}]);
  const arrays = Object.fromEntries(
    Object.entries(first.state()).map(([name, array]) => [name, array.slice()]),
  );
  const second = replayBuffer({ ...shape, multiStep: 2 });
  second.restore({ arrays });
  for (const buffer of [first, second]) addSteps(buffer, [{}, {}], 3);
  expect(second.state()).toEqual(first.state());
});

describe('a snapshot of other sizes is refused:', () => {
  const resumed = (steps: number, before: object, after: object) => () => {
    const first = replayBuffer({ ...shape, ...before });
    addSteps(
      first,
      Array.from({ length: steps }, () => ({})),
    );
    replayBuffer({ ...shape, ...after }).restore({ arrays: first.state() });
  };
  test.each([
    ['a full buffer in a larger one', resumed(5, {}, { capacity: 12 }), 'capacity 12, got 8 rows and row 2'],
    ['a full buffer in a smaller one', resumed(5, { capacity: 10 }, {}), 'capacity 8, got 10 rows and row 0'],
    [
      'rows to the end of a smaller one',
      resumed(4, { capacity: 10 }, {}),
      'capacity 8, got 8 rows and row 8',
    ],
    ['a longer return under way', resumed(2, { multiStep: 3 }, { multiStep: 2 }), '2 steps, got one of 2'],
  ])('%s', (_, resume, message) => {
    expect(resume).toThrow(CheckpointError);
    expect(resume).toThrow(message);
  });

  test('one that was not full goes on in a larger one', () => {
    expect(resumed(3, {}, { capacity: 12 })).not.toThrow();
  });
});

test('a snapshot holds the rows filled so far', () => {
  const buffer = replayBuffer({ ...shape, capacity: 1000 });
  addSteps(buffer, [{}, {}]);
  expect(buffer.state()['replay.observations']).toHaveLength(4);
});

test('a million transitions of 17 numbers take their arrays and no more than 1 % beside', async () => {
  const million = { ...shape, capacity: 1_000_000, environments: 1, observationSize: 17, actionSize: 6 };
  const before = await memoryInUse();
  const buffer = replayBuffer(million);
  const after = await memoryInUse();
  expect(buffer.bytes).toBe(4e6 * (2 * 17 + 6 + 2));
  const taken = after.arrayBuffers - before.arrayBuffers;
  expect(taken / buffer.bytes).toBeLessThan(1.01);
  expect(taken / buffer.bytes).toBeGreaterThan(0.99);
});

test('observations of bytes are kept as bytes', () => {
  const observationSpace = box({ low: 0, high: 255, shape: [1], dtype: 'uint8' });
  const bytes = { ...shape, observationSpace };
  expect(replayBytes({ ...bytes, capacity: 10 })).toBe(10 * (2 + 4 * 3));
  const buffer = replayBuffer(bytes);
  addSteps(buffer, [{}], 25);
  expect(buffer.state()['replay.observations']).toEqual(Uint8Array.of(250, 251));
  const batch = replayBatch(1, bytes);
  buffer.gather(batch);
  expect(batch.observations).toEqual(Float32Array.of(250));
  const other = replayBuffer(bytes);
  other.restore({ arrays: buffer.state() });
  expect(other.state()).toEqual(buffer.state());
});

test('arrays longer than the engine makes are refused', () => {
  const { availableMemory } = process;
  process.availableMemory = () => Infinity;
  const endless = () => replayBuffer({ ...shape, capacity: 2 ** 31, observationSize: 2 ** 25 });
  try {
    expect(endless).toThrow(ConfigError);
    expect(endless).toThrow('replay buffer of 2147483648 transitions: its arrays do not fit');
  } finally {
    process.availableMemory = availableMemory;
  }
});

test('memory that is not there is refused with its size', () => {
  expect(replayBytes({ ...shape, capacity: 10 })).toBe(4 * 10 * 5);
  expect(() => replayBuffer({ ...shape, capacity: 4e9 })).toThrow(ConfigError);
  expect(() => expectMemory('a buffer', 3 * 2 ** 20, 'make it smaller', 2 ** 20)).toThrow(
    'a buffer: needs 3 MiB of memory, and 1 MiB are free; make it smaller',
  );
});

describe.each([
  ['numbers', {}],
  ['bytes', { observationSpace: box({ low: 0, high: 255, shape: [1], dtype: 'uint8' }) }],
])('a buffer of %s', (_, space) => {
  test.each([
    ['reward', { rewards: [1, NaN] }],
    ['reward', { rewards: [1, Infinity] }],
    ['observation', { observations: [0, NaN] }],
    ['observation', { nextObservations: [0, NaN] }],
    ['observation', { truncated: [0, 1], finalObservations: [0, -Infinity] }],
  ])('refuses a bad %s and stays as it was: %p', (quantity, bad) => {
    const buffer = replayBuffer({ ...shape, ...space, multiStep: 2 });
    addSteps(buffer, [{}]);
    const kept = () => Object.values(buffer.state()).map((array) => Array.from(array, Number));
    const before = kept();
    expect(() => addSteps(buffer, [bad], 1)).toThrow(NumericalError);
    expect(() => addSteps(buffer, [bad], 1)).toThrow(`expected a finite ${quantity}`);
    expect(kept()).toEqual(before);
  });
});

describe('priorities', () => {
  const sampled = (alpha: number, beta: number) => {
    const buffer = replayBuffer({ ...shape, capacity: 4 });
    addSteps(buffer, [{}, {}]);
    const priority = priorities(buffer, alpha);
    priority.added(0, 4);
    const all = replayBatch(4, shape);
    all.rows.set([0, 1, 2, 3]);
    priority.update(all, [1, -2, 3, 4]);
    const batch = replayBatch(10_000, shape);
    const weights = new Float32Array(10_000);
    priority.sample(generator(1), beta, batch, weights);
    const counts = [0, 0, 0, 0];
    for (const row of batch.rows) counts[row]!++;
    return { counts, weights, rows: batch.rows };
  };

  test.each([
    [0, [2500, 2500, 2500, 2500]],
    [1, [1000, 2000, 3000, 4000]],
    [2, [10_000 / 30, 40_000 / 30, 90_000 / 30, 160_000 / 30]],
  ])('with α = %p rows come in proportion to |δ|^α', (alpha, expected) => {
    // Stratified draws are at most one off at each border.
    const { counts } = sampled(alpha, 1);
    counts.forEach((count, row) => expect(Math.abs(count - expected[row]!)).toBeLessThanOrEqual(2));
  });

  test('their tree is counted with the memory of the buffer', () => {
    const prioritized = { ...shape, capacity: 10, prioritized: true };
    // 16 leaves, the least power of 2 from 10 on, and as many sums, of 8 bytes each.
    expect(replayBuffer(prioritized).bytes).toBe(4 * 10 * 5 + 8 * 32);
    const { 'replay.priorities': nodes } = priorities(replayBuffer(prioritized), 1).state();
    expect(nodes!.byteLength).toBe(8 * 32);
  });

  test('weights undo the priorities: (C P)^−β over the largest', () => {
    const { weights, rows } = sampled(1, 0.5);
    rows.forEach((row, i) => expect(weights[i]).toBeCloseTo(Math.sqrt(1 / (row + 1)), 5));
  });

  test('what is new comes with the largest priority so far', () => {
    const buffer = replayBuffer(shape);
    const priority = priorities(buffer, 1);
    addSteps(buffer, [{}]);
    priority.added(0, 2);
    const batch = replayBatch(2, shape);
    batch.rows.set([0, 1]);
    priority.update(batch, [9, 1]);
    addSteps(buffer, [{}], 1);
    priority.added(2, 2);
    const nodes = priority.state()['replay.priorities'] as Float64Array;
    expect(Array.from(nodes.slice(8, 12), Math.round)).toEqual([9, 1, 9, 9]);
  });
});
