import { CheckpointError, ConfigError, EnvironmentError, UnsupportedError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import {
  box,
  dict,
  discrete,
  makeEnvironment,
  makeVectorEnvironment,
  multiBinary,
  multiDiscrete,
  sample,
  vectorDynamics,
  vectorize,
  type Dynamics,
  type Environment,
  type VectorEnvironment,
} from '../index.ts';
import { corridor } from '../../fixtures/corridor.ts';
import { forbidding } from '../../fixtures/forbidding.ts';

/** The same ids twice: in place, and one by one through the adaptor. */
const both: [string, string, (count: number) => VectorEnvironment][] = ['CartPole-v1', 'Pendulum-v1'].flatMap(
  (id): [string, string, (count: number) => VectorEnvironment][] => [
    [id, 'in place', (count) => makeVectorEnvironment(id, { count, maxEpisodeSteps: 30 })],
    [
      id,
      'adapted',
      (count) => makeVectorEnvironment(() => makeEnvironment(id, { maxEpisodeSteps: 30 }), { count }),
    ],
  ],
);

/** A random action for each copy. */
function fillActions(
  environment: VectorEnvironment,
  random: ReturnType<typeof generator>,
  into: Float32Array,
): void {
  for (let i = 0; i < into.length; i++) {
    const action = sample(environment.actionSpace, random);
    into[i] = typeof action === 'number' ? action : (action as Float32Array)[0]!;
  }
}

describe.each(both)('%s %s', (id, _, make) => {
  test('does what single environments do with seeds seed + i, restarting in the same step', () => {
    const count = 3;
    const vector = make(count);
    const singles = Array.from({ length: count }, () => makeEnvironment(id, { maxEpisodeSteps: 30 }));
    const size = vector.observationSize;
    const rows = (array: Float32Array) =>
      Array.from({ length: count }, (_, i) => array.slice(i * size, (i + 1) * size));
    const random = generator(0);
    const actions = new Float32Array(count);

    vector.reset(7);
    let shown = singles.map((single, i) => single.reset({ seed: 7 + i }).observation);
    expect(rows(vector.observations)).toEqual(shown);
    let ended = 0;
    for (let step = 0; step < 100; step++) {
      fillActions(vector, random, actions);
      vector.step(actions);
      const results = singles.map((single, i) =>
        single.step(id === 'CartPole-v1' ? actions[i] : [actions[i]]),
      );
      expect(Array.from(vector.rewards)).toEqual(results.map(({ reward }) => reward));
      expect(Array.from(vector.terminated)).toEqual(results.map(({ terminated }) => Number(terminated)));
      expect(Array.from(vector.truncated)).toEqual(results.map(({ truncated }) => Number(truncated)));
      shown = results.map(({ observation, terminated, truncated }, i) => {
        if (!terminated && !truncated) return observation;
        ended++;
        expect(rows(vector.finalObservations)[i]).toEqual(observation);
        return singles[i]!.reset().observation;
      });
      expect(rows(vector.observations)).toEqual(shown);
    }
    expect(ended).toBeGreaterThan(5);
  });

  test('continues from a state bit for bit, in another vector too', () => {
    const vector = make(2);
    const actions = new Float32Array(2);
    const run = (environment: VectorEnvironment, seed: number): unknown[] => {
      const random = generator(seed);
      return Array.from({ length: 70 }, () => {
        fillActions(environment, random, actions);
        environment.step(actions);
        return [...environment.observations, ...environment.rewards, ...environment.truncated];
      });
    };
    vector.reset(1);
    run(vector, 1);
    const saved = vector.state();
    const shown = vector.observations.slice();
    const expected = run(vector, 2);
    const other = make(2);
    other.restore({ ...saved, somethingElse: [1] });
    expect(other.observations).toEqual(shown);
    expect(run(other, 2)).toEqual(expected);
    expect(() => make(3).restore(saved)).toThrow(CheckpointError);
    expect(() => other.restore({})).toThrow(CheckpointError);
  });

  test('writes observations into an array that the caller provides', () => {
    const vector = make(2);
    vector.reset(0);
    const before = vector.observations;
    const memory = new Float32Array(before.length);
    vector.observations = memory;
    expect(memory).toEqual(before);
    vector.step(new Float32Array(2));
    expect(vector.observations).toBe(memory);
    expect(memory).not.toEqual(before);
    expect(() => (vector.observations = new Float32Array(1))).toThrow(EnvironmentError);
  });

  test('raises for a step before the reset, and for wrong actions by copy and step', () => {
    const vector = make(2);
    expect(() => vector.step(new Float32Array(2))).toThrow('step 1: expected reset() before the first step');
    vector.reset(0);
    vector.step(new Float32Array(2));
    expect(() => vector.step(new Float32Array(3))).toThrow('expected actions of 2 numbers, got 3');
    expect(() => vector.step(undefined as never)).toThrow('expected actions of 2 numbers, got undefined');
    expect(() => vector.step(Float32Array.of(0, NaN))).toThrow(EnvironmentError);
    expect(() => vector.step(Float32Array.of(0, NaN))).toThrow(`${id}[1], step 2: expected action in`);
  });
});

test.each([0, 1.5, NaN])('%d copies are refused', (count) => {
  expect(() => makeVectorEnvironment('CartPole-v1', { count })).toThrow(ConfigError);
  expect(() => vectorize(corridor, count)).toThrow(ConfigError);
});

describe('actions of dynamics', () => {
  const still = (actionSpace: Dynamics['actionSpace']): Dynamics => ({
    stateSize: 1,
    observationSpace: box({ low: 0, high: 1, shape: [1] }),
    actionSpace,
    reset() {},
    step() {},
    observe() {},
  });
  test.each<[Dynamics['actionSpace'], number[], number[]]>([
    [discrete(2, 3), [4], [2]],
    [discrete(2), [1], [0.5]],
    [multiDiscrete([2, 3]), [1, 2], [1, 3]],
    [multiBinary(2), [0, 1], [0, 2]],
    [box({ low: -1, high: 1, shape: [1] }), [7], [Infinity]],
  ])('%s takes %j and refuses %j', (space, right, wrong) => {
    const vector = vectorDynamics('Still', still(space), 1);
    vector.reset(0);
    vector.step(Float32Array.from(right));
    expect(() => vector.step(Float32Array.from(wrong))).toThrow('Still[0], step 2: expected action in');
  });
});

describe('an adapted environment', () => {
  test('flattens observations by their space and hands over actions as values', () => {
    const seen: unknown[] = [];
    const environment = (): Environment => ({
      observationSpace: dict({ gear: discrete(3), speed: box({ low: -1, high: 1, shape: [2] }) }),
      actionSpace: dict({ brake: multiBinary(2), steer: discrete(5) }),
      reset: () => ({ observation: { gear: 1, speed: [0, 1] }, info: {} }),
      step(action) {
        seen.push(action);
        return {
          observation: { gear: 2, speed: [0.5, 0] },
          reward: 1,
          terminated: true,
          truncated: false,
          info: {},
        };
      },
    });
    const vector = vectorize(environment, 1);
    expect([vector.id, vector.observationSize, vector.actionSize]).toEqual(['environment', 5, 3]);
    vector.reset(0);
    vector.step(Float32Array.of(1, 0, 4));
    expect(seen).toEqual([{ brake: Uint8Array.of(1, 0), steer: 4 }]);
    expect(Array.from(vector.finalObservations)).toEqual([0, 0, 1, 0.5, 0]);
    expect(Array.from(vector.observations)).toEqual([0, 1, 0, 0, 1]);

    expect(vector.resumable).toBe(false);
    expect(() => vector.state()).toThrow(UnsupportedError);
    expect(() => vector.restore({})).toThrow('expected an environment with restore()');
  });

  test('that turns NaN is named with copy, step and field', () => {
    const vector = vectorize((index) => {
      const environment = corridor();
      let steps = 0;
      return {
        ...environment,
        step(action: number) {
          const result = environment.step(action);
          return index === 1 && ++steps === 3 ? { ...result, observation: [NaN] } : result;
        },
      };
    }, 2);
    vector.reset(0);
    vector.step(Float32Array.of(0, 0));
    vector.step(Float32Array.of(0, 0));
    expect(() => vector.step(Float32Array.of(0, 0))).toThrow(
      'corridor[1], step 3: expected observation in Box(0.0, 4.0, (1,), float32), got observation[0] = NaN',
    );
  });

  test('is closed', () => {
    let closed = 0;
    vectorize(() => ({ ...corridor(), close: () => void closed++ }), 3).close();
    expect(closed).toBe(3);
  });

  test('is closed whatever another raises, and where a later one cannot be made', () => {
    let closed = 0;
    const failing = (index: number) => ({
      ...corridor(),
      close() {
        closed++;
        if (index === 0) throw new Error('stuck');
      },
    });
    expect(() => vectorize(failing, 3).close()).toThrow('stuck');
    expect(closed).toBe(3);
    const few = (index: number) => {
      if (index === 2) throw new Error('no more');
      return failing(index);
    };
    expect(() => vectorize(few, 3)).toThrow('no more');
    expect(closed).toBe(5);
  });

  test('has the spaces of its siblings', () => {
    expect(() => vectorize((index) => ({ ...corridor(), actionSpace: discrete(2 + index) }), 2)).toThrow(
      'expected copies with the same spaces',
    );
  });
});

/** A counter that forbids choice 0 on odd numbers, choice 1 on even ones. */
const counter: Dynamics = {
  stateSize: 1,
  observationSpace: box({ low: 0, high: 99, shape: [1] }),
  actionSpace: discrete(2),
  reset: (_, state, row) => void (state[row] = 0),
  step(state, _, rewards, terminated, count) {
    for (let i = 0; i < count; i++) state[i]! += 1;
    rewards.fill(0);
    terminated.fill(0);
  },
  observe(state, into, start, stop) {
    for (let i = start; i < stop; i++) into[i] = state[i]!;
  },
  maskActions(state, into, count) {
    for (let i = 0; i < count; i++)
      into.set([state[i]! % 2 === 1 ? 0 : 1, state[i]! % 2 === 1 ? 1 : 0], 2 * i);
  },
};

test.each<[string, () => VectorEnvironment, number[], number[]]>([
  // Choice `step % 3` is forbidden: 1 after four steps, 0 at the start of the next episode.
  [
    'adapted',
    () => makeVectorEnvironment(forbidding, { count: 1, maxEpisodeSteps: 4 }),
    [1, 0, 1],
    [0, 1, 1],
  ],
  ['in place', () => vectorDynamics('counter', counter, 1, 3), [0, 1], [1, 0]],
])('a cut episode shows what was allowed at its end, %s', (_, make, atEnd, atStart) => {
  const vector = make();
  vector.reset(0);
  do vector.step(Float32Array.of(vector.actionMasks!.indexOf(1)));
  while (vector.truncated[0] === 0);
  expect(Array.from(vector.finalActionMasks!)).toEqual(atEnd);
  expect(Array.from(vector.actionMasks!)).toEqual(atStart);
});
