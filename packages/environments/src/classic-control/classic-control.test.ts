/** Every recorded transition, reset and episode of Gymnasium 1.4.0, to the last digit of float32. */
import { readFileSync } from 'node:fs';
import { ConfigError } from '@ascent-rl/core/errors';
import {
  acrobot,
  builtinEnvironments,
  cartPole,
  dynamicsEnvironment,
  makeEnvironment,
  mountainCar,
  mountainCarContinuous,
  pendulum,
  timeLimit,
  type Dynamics,
} from '../index.ts';

interface Transition {
  readonly tag: string;
  readonly s: number[];
  readonly a: number | number[];
  readonly o: number[];
  readonly s2: number[];
  readonly r: number;
  readonly term: boolean;
}

interface Golden {
  readonly max_episode_steps: number;
  readonly action_space: string;
  readonly obs_low: readonly (number | null)[];
  readonly obs_high: readonly (number | null)[];
  readonly resets: readonly { seed: number; obs: number[]; state: number[] }[];
  readonly sutton_barto?: readonly Transition[];
  readonly nips?: readonly Transition[];
  readonly timelimit: readonly {
    s0: number[];
    steps: number;
    return: number;
    term: boolean;
    trunc: boolean;
    last_obs: number[];
  }[];
  readonly transitions: readonly Transition[];
}

const golden = (id: string): Golden =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${id}.json`, import.meta.url), 'utf8')) as Golden;

/** All transitions at once: row i steps from its recorded state. */
function replay(dynamics: Dynamics, transitions: readonly Transition[]) {
  const count = transitions.length;
  const size = dynamics.observationSpace.low.length;
  const state = Float64Array.from(transitions.flatMap(({ s }) => s));
  const rewards = new Float64Array(count);
  const terminated = new Uint8Array(count);
  const observations = new Float32Array(count * size);
  dynamics.step(state, Float64Array.from(transitions.flatMap(({ a }) => a)), rewards, terminated, count, []);
  dynamics.observe(state, observations, 0, count);
  return transitions.map((_, row) => ({
    o: Array.from(observations.subarray(row * size, (row + 1) * size)),
    s2: Array.from(state.subarray(row * dynamics.stateSize, (row + 1) * dynamics.stateSize)),
    r: rewards[row]!,
    term: terminated[row] === 1,
  }));
}

const outcome = ({ o, r, term }: Omit<Transition, 's' | 'a' | 'tag' | 's2'>) => ({ o, r, term });

/** An episode from a given state under a time limit. */
function play(
  dynamics: Dynamics,
  limit: number,
  start: readonly number[],
  act: (o: number[]) => number | number[],
) {
  const environment = timeLimit(dynamicsEnvironment('test', dynamics), limit);
  environment.reset({ seed: 0 });
  const saved = environment.state!() as { wrapper: number; environment: { state: number[] } };
  environment.restore!({ ...saved, environment: { ...saved.environment, state: start } });
  const first = new Float32Array(dynamics.observationSpace.low.length);
  dynamics.observe(Float64Array.from(start), first, 0, 1);
  let observed = Array.from(first);
  for (let steps = 1, total = 0; ; steps++) {
    const { observation, reward, terminated, truncated } = environment.step(act(observed));
    total += reward;
    observed = Array.from(observation);
    if (terminated || truncated) {
      return { steps, return: total, term: terminated, trunc: truncated, last_obs: observed };
    }
  }
}

const suites: [string, Dynamics][] = [
  ['CartPole-v1', cartPole()],
  ['Acrobot-v1', acrobot()],
  ['MountainCar-v0', mountainCar()],
  ['MountainCarContinuous-v0', mountainCarContinuous()],
  ['Pendulum-v1', pendulum()],
];

describe.each(suites)('%s', (id, dynamics) => {
  const {
    transitions,
    resets,
    max_episode_steps,
    action_space: actions,
    obs_low: low,
    obs_high: high,
  } = golden(id);

  test('transitions', () => {
    // A step after the end has no meaning here: it is an error (see strict.test.ts), where Gymnasium warns.
    const before = transitions.filter(({ tag }) => tag !== 'after_termination');
    expect(replay(dynamics, before).map(outcome)).toEqual(before.map(outcome));
    const states = replay(dynamics, before).flatMap(({ s2 }) => s2);
    // V8's and glibc's sines differ in the last bit now and then.
    before.flatMap(({ s2 }) => s2).forEach((expected, i) => expect(states[i]).toBeCloseTo(expected, 13));
  });

  test.each(resets)('reset with seed $seed', ({ seed, obs, state }) => {
    const environment = makeEnvironment(id);
    expect(Array.from(environment.reset({ seed }).observation as Float32Array)).toEqual(obs);
    expect(JSON.stringify(environment.state!())).toContain(`"state":${JSON.stringify(state)}`);
  });

  test('spaces and time limit', () => {
    expect(String(dynamics.actionSpace)).toBe(actions);
    expect(dynamics.observationSpace.low).toEqual(low.map((limit) => limit ?? -Infinity));
    expect(dynamics.observationSpace.high).toEqual(high.map((limit) => limit ?? Infinity));
    expect(builtinEnvironments.find(id).maxEpisodeSteps).toBe(max_episode_steps);
  });
});

test('CartPole with the rewards of Sutton and Barto', () => {
  const { sutton_barto: transitions } = golden('CartPole-v1');
  expect(replay(cartPole({ suttonBartoReward: true }), transitions!).map(outcome)).toEqual(
    transitions!.map(outcome),
  );
});

test('CartPole: one episode that balances to the limit, one that falls', () => {
  const { timelimit } = golden('CartPole-v1');
  const balance = (o: number[]) => (0.1 * o[0]! + 5 * o[2]! + o[3]! > 0 ? 1 : 0);
  const policies = [balance, () => 1];
  timelimit.forEach(({ s0, ...expected }, i) => {
    expect(play(cartPole(), 500, s0, policies[i]!)).toEqual(expected);
  });
});

test('CartPole: an episode that falls at the very limit is terminated, not truncated', () => {
  const { s0 } = golden('CartPole-v1').timelimit[1]!;
  expect(play(cartPole(), 9, s0, () => 1)).toMatchObject({ steps: 9, term: true, trunc: false });
  expect(play(cartPole(), 8, s0, () => 1)).toMatchObject({ steps: 8, term: false, trunc: true });
});

test('Acrobot with the equations of the paper of 1996', () => {
  const { nips } = golden('Acrobot-v1');
  expect(replay(acrobot({ equations: 'nips' }), nips!).map(outcome)).toEqual(nips!.map(outcome));
});

test.each<[string, Dynamics, number | number[], (o: number[]) => number | number[]]>([
  ['MountainCar-v0', mountainCar(), 1, (o) => (o[1]! >= 0 ? 2 : 0)],
  ['MountainCarContinuous-v0', mountainCarContinuous(), [0], (o) => [o[1]! >= 0 ? 1 : -1]],
  ['Acrobot-v1', acrobot(), 1, (o) => (o[5]! > 0 ? 2 : 0)],
])(
  '%s: an episode with the motion to the goal, one without a push to the limit',
  (id, dynamics, none, pump) => {
    const { timelimit, max_episode_steps: limit } = golden(id);
    [pump, () => none].forEach((act, i) => {
      const { s0, ...expected } = timelimit[i]!;
      expect(play(dynamics, limit, s0, act)).toEqual({
        ...expected,
        return: expect.closeTo(expected.return, 9),
      });
    });
  },
);

test('Pendulum: an episode of constant torque 1 to the limit', () => {
  const [{ s0, return: total, ...expected }] = golden('Pendulum-v1').timelimit as [Golden['timelimit'][0]];
  const played = play(pendulum(), 200, s0, () => [1]);
  expect(played).toMatchObject(expected);
  expect(played.return).toBeCloseTo(total, 9);
});

test.each([
  ['an unknown option', () => cartPole({ gravity: 1 } as never), 'got an unknown option "gravity"'],
  [
    'an option of another type',
    () => pendulum({ gravity: '9' } as never),
    'expected gravity to be a finite number, got 9',
  ],
  [
    'unknown equations',
    () => acrobot({ equations: 'book2' } as never),
    'expected equations to be book or nips, got "book2"',
  ],
  ['NaN', () => pendulum({ gravity: NaN }), 'expected gravity to be a finite number, got NaN'],
  ['infinity', () => pendulum({ gravity: Infinity }), 'expected gravity to be a finite number, got Infinity'],
])('%s is a ConfigError', (_, make, message) => {
  expect(make).toThrow(ConfigError);
  expect(make).toThrow(message);
});
