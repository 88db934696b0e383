/** What people rely on who wrap environments: what each wrapper changes, and that everything else stays. */
import { ConfigError } from '@ascent-rl/core/errors';
import {
  box,
  checkEnvironment,
  clipAction,
  clipReward,
  dict,
  discrete,
  flattenObservation,
  frameStack,
  grayscaleObservation,
  makeEnvironment,
  makeVectorEnvironment,
  maskObservation,
  maxAndSkip,
  monitor,
  noopReset,
  rescaleAction,
  resizeObservation,
  strictEnvironment,
  timeLimit,
  transformAction,
  transformObservation,
  transformReward,
  transformVectorObservation,
  vectorize,
  type Environment,
  type Json,
  type Numbers,
  type Space,
} from '../index.ts';

/** Shows [t, −t] at step t, rewards −10 t, ends at t = 5; `taken` are the actions that came. */
function clock(taken: number[][] = []): Environment<Numbers, Numbers> {
  let t = 0;
  const show = () => Float32Array.of(t, 0 - t);
  return {
    id: 'clock',
    observationSpace: box({ low: -5, high: 5, shape: [2] }),
    actionSpace: box({ low: [-2, 0], high: [2, 10], shape: [2] }),
    reset() {
      t = 0;
      return { observation: show(), info: { start: true } };
    },
    step(action) {
      taken.push(Array.from(action));
      t += 1;
      return { observation: show(), reward: -10 * t, terminated: t === 5, truncated: false, info: { t } };
    },
    state: () => t,
    restore: (saved: Json) => void (t = saved as number),
  };
}

const still = [0, 0];
const rows = (numbers: ArrayLike<number>) => Array.from(numbers, (number) => number + 0); // no −0

/** The observations of an episode, the first included. */
function episode(environment: Environment<Numbers, Numbers>): number[][] {
  const seen = [rows(environment.reset({ seed: 0 }).observation)];
  for (;;) {
    const { observation, terminated, truncated } = environment.step(still);
    seen.push(rows(observation));
    if (terminated || truncated) return seen;
  }
}

describe('actions', () => {
  const send = (wrap: typeof clipAction, ...actions: number[][]): number[][] => {
    const [single, vector]: number[][][] = [[], []];
    const one = wrap(clock(single));
    one.reset();
    for (const action of actions) one.step(action);
    const copies = wrap(vectorize(() => clock(vector), 1));
    copies.reset(0);
    for (const action of actions) copies.step(Float32Array.from(action));
    expect(vector).toEqual(single);
    return single!;
  };

  test('are clipped to their limits, each number by itself', () => {
    expect(send(clipAction, [-9, 12], [1, -1])).toEqual([
      [-2, 10],
      [1, 0],
    ]);
    expect(String(clipAction(clock()).actionSpace)).toBe('Box(-inf, inf, (2,), float32)');
  });

  test('are stretched from −1 … 1 over their limits', () => {
    expect(send(rescaleAction, [-1, -1], [0, 0], [1, 1])).toEqual([
      [-2, 0],
      [0, 5],
      [2, 10],
    ]);
    expect(String(rescaleAction(clock(), 0, 4).actionSpace)).toBe('Box(0.0, 4.0, (2,), float32)');
  });

  test('are made by a function from those of another space', () => {
    const taken: number[][] = [];
    const wrapped = transformAction(clock(taken), (choice: number) => [choice, 3], discrete(2));
    wrapped.reset();
    wrapped.step(1);
    expect(taken).toEqual([[1, 3]]);
  });
});

test('an environment may have a count of its own', () => {
  const own: Environment<Numbers, Numbers> = Object.assign(clock(), { count: 3 });
  const counting = clipReward(own);
  expect(counting.reset()).toEqual(clock().reset());
});

describe('rewards', () => {
  const rewards = (wrap: typeof clipReward): number[] => {
    const one = wrap(clock());
    one.reset();
    const single = [one.step(still).reward, one.step(still).reward];
    const copies = wrap(vectorize(() => clock(), 1));
    copies.reset(0);
    const vector = single.map(() => {
      copies.step(Float32Array.from(still));
      return copies.rewards[0];
    });
    expect(vector).toEqual(single);
    return single;
  };
  test('are clipped', () => {
    expect(rewards(clipReward)).toEqual([-1, -1]);
    expect(rewards(((inner: never) => clipReward(inner, -15, 0)) as typeof clipReward)).toEqual([-10, -15]);
  });
  test('go through a function', () => {
    const half = (inner: never) => transformReward(inner, (reward) => reward / 2);
    expect(rewards(half as typeof clipReward)).toEqual([-5, -10]);
  });
});

describe('observations', () => {
  test('are stacked, the oldest first; the first one of an episode fills the stack', () => {
    const wrapped = frameStack(clock(), 3);
    expect(wrapped.observationSpace).toMatchObject({ shape: [3, 2] });
    expect(episode(wrapped).slice(0, 3)).toEqual([
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 1, -1],
      [0, 0, 1, -1, 2, -2],
    ]);
    expect(episode(wrapped)[0]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('are stacked for copies too, and a final stack is of its own episode', () => {
    const copies = frameStack(
      vectorize(() => clock(), 2),
      3,
    );
    copies.reset(0);
    for (let step = 0; step < 5; step++) copies.step(new Float32Array(4));
    expect(rows(copies.finalObservations)).toEqual([3, -3, 4, -4, 5, -5, 3, -3, 4, -4, 5, -5]);
    expect(rows(copies.observations)).toEqual(new Array(12).fill(0));
    copies.step(new Float32Array(4));
    const saved = copies.state();
    expect(rows(copies.observations.subarray(6))).toEqual([0, 0, 0, 0, 1, -1]);
    const other = frameStack(
      vectorize(() => clock(), 2),
      3,
    );
    other.restore(saved);
    other.step(new Float32Array(4));
    expect(rows(other.observations.subarray(6))).toEqual([0, 0, 1, -1, 2, -2]);
  });

  test('go through a function, the final ones of copies too', () => {
    const space = box({ low: -10, high: 10, shape: [1] });
    const sum = transformObservation(clock(), (seen) => [10 * seen[0]! + 5 * seen[1]!], space);
    expect(episode(sum).flat()).toEqual([0, 5, 10, 15, 20, 25]);
    const copies = transformVectorObservation(
      vectorize(() => clock(), 2),
      (seen, into) => void (into[0] = 2 * seen[0]!),
      space,
    );
    copies.reset(0);
    const memory = new Float32Array(2);
    copies.observations = memory;
    for (let step = 0; step < 5; step++) copies.step(new Float32Array(4));
    expect([rows(copies.finalObservations), rows(memory)]).toEqual([
      [10, 10],
      [0, 0],
    ]);
  });

  test('lose the numbers that are masked', () => {
    expect(episode(maskObservation(clock(), [1])).flat()).toEqual([0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0]);
    const copies = maskObservation(
      vectorize(() => clock(), 1),
      [0],
    );
    copies.reset(0);
    for (let step = 0; step < 5; step++) copies.step(new Float32Array(2));
    expect(rows(copies.finalObservations)).toEqual([0, -5]);
  });

  test('are flattened: parts side by side, choices as one-hot vectors', () => {
    const gears: Environment<{ gear: number; speed: number[] }> = {
      observationSpace: dict({ gear: discrete(3), speed: box({ low: -1, high: 2, shape: [1, 2] }) }),
      actionSpace: discrete(1),
      reset: () => ({ observation: { gear: 2, speed: [0.5, -0.25] }, info: {} }),
      step: () => ({
        observation: { gear: 0, speed: [0, 0] },
        reward: 0,
        terminated: true,
        truncated: false,
        info: {},
      }),
    };
    const wrapped = flattenObservation(gears);
    expect(wrapped.observationSpace).toMatchObject({ low: [0, 0, 0, -1, -1], high: [1, 1, 1, 2, 2] });
    expect(rows(wrapped.reset().observation)).toEqual([0, 0, 1, 0.5, -0.25]);
    checkEnvironment(wrapped);
  });
});

describe('images', () => {
  const picture = (shape: readonly number[], pixels: readonly number[]): Environment<Numbers> => ({
    observationSpace: box({ low: 0, high: 255, shape, dtype: 'uint8' }),
    actionSpace: discrete(1),
    reset: () => ({ observation: Uint8Array.from(pixels), info: {} }),
    step: () => ({
      observation: Uint8Array.from(pixels),
      reward: 0,
      terminated: true,
      truncated: false,
      info: {},
    }),
  });

  test('turn grey: 0.299 of red, 0.587 of green, 0.114 of blue', () => {
    const colours = picture([1, 4, 3], [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]);
    expect(rows(grayscaleObservation(colours).reset().observation)).toEqual([76, 150, 29, 9]);
  });

  test('shrink to means of areas: three by three to two by two', () => {
    // A corner covers itself whole, half of its neighbours and a quarter of the middle: of 2.25 pixels.
    const wrapped = resizeObservation(picture([3, 3], [90, 0, 0, 0, 180, 0, 0, 0, 9]), [2, 2]);
    expect(rows(wrapped.reset().observation)).toEqual([60, 20, 20, 24]);
    checkEnvironment(wrapped);
  });

  test('are refused where there are none', () => {
    const plain = makeEnvironment('CartPole-v1') as Environment<Numbers>;
    expect(() => grayscaleObservation(plain)).toThrow(ConfigError);
    expect(() => resizeObservation(picture([3, 3], []), [0, 2])).toThrow('got 0 x 2');
    expect(() => grayscaleObservation(picture([3, 3], []))).toThrow('[height, width, 3], got [3, 3]');
  });
});

describe('steps', () => {
  test('are taken several at once: rewards add up, and of the last two observations the larger numbers show', () => {
    const wrapped = maxAndSkip(clock(), 3);
    wrapped.reset();
    expect(wrapped.step(still)).toMatchObject({ reward: -60, terminated: false, info: { t: 3 } });
    const last = wrapped.step(still); // the episode ends in the second of the three
    expect(last).toMatchObject({ reward: -90, terminated: true });
    expect(rows(last.observation)).toEqual([5, -4]);
  });

  test('without action begin an episode, as many as the seed says', () => {
    const starts = (seed: number): number[] => {
      const wrapped = noopReset(clock(), still, 4);
      const first = wrapped.reset({ seed }).observation[0]!;
      return [first, ...Array.from({ length: 30 }, () => wrapped.reset().observation[0]!)];
    };
    expect(starts(1)).toEqual(starts(1));
    expect(starts(1)).not.toEqual(starts(2));
    expect([...new Set(starts(1))].sort()).toEqual([1, 2, 3, 4]);
    // Where they outlast an episode, the next one begins.
    const long = noopReset(clock(), still, 30);
    for (let i = 0; i < 30; i++) expect(long.reset().observation[0]).toBeLessThan(5);
  });

  test('are counted: the last one tells what its episode was worth', () => {
    const wrapped = clipReward(monitor(timeLimit(clock(), 3)));
    wrapped.reset();
    expect(wrapped.step(still).info).toEqual({ t: 1 });
    wrapped.step(still);
    const { info, reward } = wrapped.step(still);
    expect([info, reward]).toEqual([{ t: 3, episode: { return: -60, length: 3 } }, -1]);
    wrapped.reset();
    for (let i = 0; i < 2; i++) wrapped.step(still);
    expect(wrapped.step(still).info).toMatchObject({ episode: { length: 3 } });
  });
});

test.each([
  ['CartPole', 'v1', [1, 3]],
  ['Acrobot', 'v1', [4, 5]],
  ['MountainCar', 'v0', [1]],
  ['MountainCarContinuous', 'v0', [1]],
  ['Pendulum', 'v1', [2]],
])('%sNoVel-%s is the original without velocities, in place too', (name, version, hidden) => {
  const blind = makeVectorEnvironment(`${name}NoVel-${version}`, { count: 2 });
  const seeing = makeVectorEnvironment(`${name}-${version}`, { count: 2 });
  const adapted = maskObservation(makeVectorEnvironment(`${name}-${version}`, { count: 2 }), hidden);
  for (const environment of [blind, seeing, adapted]) environment.reset(3);
  for (let step = 0; step < 60; step++) {
    for (const environment of [blind, seeing, adapted]) environment.step(Float32Array.of(1, 0));
    const expected = seeing.observations.map((number, i) =>
      hidden.includes(i % seeing.observationSize) ? 0 : number,
    );
    expect(rows(blind.observations)).toEqual(rows(expected));
    expect(rows(adapted.observations)).toEqual(rows(expected));
    expect(blind.rewards).toEqual(seeing.rewards);
  }
});

test.each<[string, (inner: Environment<Numbers, Numbers>) => Environment]>([
  ['clipAction', clipAction],
  ['rescaleAction', (inner) => rescaleAction(inner, -3, 3)],
  ['clipReward', (inner) => clipReward(inner)],
  ['flattenObservation', flattenObservation],
  ['frameStack', (inner) => frameStack(inner, 4)],
  ['maskObservation', (inner) => maskObservation(inner, [1])],
  ['maxAndSkip', (inner) => maxAndSkip(inner, 2)],
  ['monitor', monitor],
  ['noopReset', (inner) => noopReset(inner, [0, 0], 3)],
  ['timeLimit', (inner) => timeLimit(inner, 3)],
  ['transformReward', (inner) => transformReward(inner, Math.sign)],
])('%s keeps the contract, resuming included', (_, wrap) => {
  checkEnvironment(wrap(clock()), { steps: 50 });
  const { state, restore, ...plain } = clock();
  expect([state, restore]).not.toContain(undefined);
  expect(strictEnvironment(wrap(plain)).state).toBeUndefined();
});

test('wrappers refuse what they cannot wrap', () => {
  const cartPole = makeEnvironment('CartPole-v1') as Environment<Numbers, Numbers>;
  const odd = (observationSpace: Space) =>
    ({ ...clock(), observationSpace }) as Environment<Numbers, Numbers>;
  for (const [wrap, message] of [
    [() => clipAction(cartPole), 'clipAction: expected actions of a Box, got Discrete(2)'],
    [() => rescaleAction(clipAction(clock())), 'rescaleAction: expected actions with limits'],
    [() => rescaleAction(clock(), 1, 1), 'expected low < high, got 1 and 1'],
    [() => clipReward(clock(), 1, 0), 'clipReward: expected low ≤ high, got 1 and 0'],
    [() => frameStack(clock(), 0), 'frameStack: expected depth to be a whole number ≥ 1, got 0'],
    [() => frameStack(odd(discrete(2)), 2), 'expected observations of a Box, got Discrete(2)'],
    [() => maskObservation(clock(), [2]), 'maskObservation: expected indices of numbers that may be 0'],
    [() => maskObservation(odd(discrete(2)), [0]), 'got Discrete(2)'],
    [() => maxAndSkip(clock(), 1.5), 'maxAndSkip: expected skip to be a whole number ≥ 1, got 1.5'],
    [() => noopReset(clock(), still, 0), 'noopReset: expected maxNoops to be a whole number ≥ 1, got 0'],
  ] as const) {
    expect(wrap).toThrow(ConfigError);
    expect(wrap).toThrow(message);
  }
});
