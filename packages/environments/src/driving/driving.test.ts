/** Driving: its laws where they have a solution in closed form, its rewards, and that it can be driven well. */
import { ConfigError } from '@ascent-rl/core/errors';
import {
  driving,
  dynamicsEnvironment,
  makeEnvironment,
  type DrivingOptions,
  type Environment,
} from '../index.ts';

const empty: DrivingOptions = { cars: 0, oncoming: 0, curvature: 0 };

/** Steps of one environment that starts with the given first numbers of its state: s, y, ψ, v. */
function start(
  options: DrivingOptions,
  ...first: number[]
): Environment<Float32Array, number[]> & { now(): number[] } {
  const environment = dynamicsEnvironment('Driving', driving(options));
  environment.reset({ seed: 0 });
  const now = (): number[] => (environment.state() as { state: number[] }).state;
  environment.restore({
    ...(environment.state() as object),
    state: [...first, ...now().slice(first.length)],
  });
  return { ...environment, step: (action) => environment.step(action), now };
}

test('accelerates by 3 m/s², brakes by 6 m/s², from 0 to 30 m/s', () => {
  const environment = start(empty, 0, 0, 0, 10);
  for (let i = 0; i < 10; i++) environment.step([0, 1]);
  expect(environment.now()[3]).toBeCloseTo(13, 10);
  for (let i = 0; i < 10; i++) environment.step([0, -0.5]);
  expect(environment.now()[3]).toBeCloseTo(10, 10);
  for (let i = 0; i < 30; i++) environment.step([0, -5]);
  expect(environment.now()[3]).toBe(0);
  for (let i = 0; i < 200; i++) environment.step([0, 1]);
  expect(environment.now()[3]).toBe(30);
});

test('turns by the angle of a bicycle, v tan(δ) / L, and no faster than the tyres hold, 8 m/s² / v', () => {
  const slow = start(empty, 0, 0, 0, 5);
  slow.step([1, 0]);
  expect(slow.now()[2]).toBeCloseTo((0.1 * 5 * Math.tan(0.3)) / 2.7, 10);
  const fast = start(empty, 0, 0, 0, 20);
  fast.step([-1, 0]);
  expect(fast.now()[2]).toBeCloseTo(-0.1 * (8 / 20), 10);
});

test('a car that steers straight ahead leaves a bend on its outer side', () => {
  const [s, phase] = [0, Math.PI / 2];
  const environment = start({ ...empty, curvature: 0.005 }, s, 0, 0, 20, 0, phase);
  environment.step([0, 0]);
  expect(environment.now()[2]).toBeCloseTo(-0.1 * 20 * 0.005, 10);
  let result = environment.step([0, 0]);
  while (!result.terminated) result = environment.step([0, 0]);
  expect(environment.now()[1]).toBeLessThan(-2);
  expect(result.info['crash']).toBe(-10);
});

test('the reward is the sum of the terms in the info', () => {
  const environment = start(empty, 0, 1, 0, 15);
  const { reward, info } = environment.step([0.5, 0]);
  expect(info).toEqual({
    progress: expect.closeTo(0.5, 10) as number,
    lane: expect.closeTo(-0.1 / 4, 10) as number,
    steering: expect.closeTo(-0.05 / 4, 10) as number,
    crash: 0,
  });
  expect(reward).toBeCloseTo(0.5 - 0.025 - 0.0125, 10);
});

test('the other lane is road only where one may pass', () => {
  expect(start(empty, 0, 2.5, 0, 15).step([0, 0]).terminated).toBe(false);
  expect(start({ ...empty, passing: false }, 0, 2.5, 0, 15).step([0, 0])).toMatchObject({ terminated: true });
  expect(start(empty, 0, 6.5, 0, 15).step([0, 0]).terminated).toBe(true);
});

test('who touches a car crashes; who is in the other lane does not touch those ahead, but oncoming ones', () => {
  const at = (y: number, distance: number): boolean => {
    const oncoming = distance < 0 ? 0 : 1;
    const environment = dynamicsEnvironment('Driving', driving({ ...empty, cars: 1 - oncoming, oncoming }));
    environment.reset({ seed: 0 });
    const { state, ...rest } = environment.state() as { state: number[]; random: never };
    environment.restore({ ...rest, state: [0, y, 0, 15, ...state.slice(4, 11), Math.abs(distance)] });
    return environment.step([0, 0]).terminated;
  };
  const carAhead = -4;
  const oncomingCar = 7;
  expect([at(0, carAhead), at(1.9, carAhead), at(4, carAhead)]).toEqual([true, true, false]);
  expect([at(0, oncomingCar), at(2.1, oncomingCar), at(4, oncomingCar)]).toEqual([false, true, true]);
});

/** Steers back to the middle of the lane, against the bend; keeps two seconds' distance. */
function carefully([offset, angle, speed, bend, , , distance, , relative]: ArrayLike<number> &
  Iterable<number>): number[] {
  const v = speed! * 30;
  const turn = bend! / 100 - (0.4 * offset! + 1.2 * angle!) / Math.max(v, 5);
  const gap = distance! * 200 - 10;
  const wanted = Math.min(25, v + relative! * 60 + 0.5 * (gap - 1.5 * v));
  return [Math.atan(turn * 2.7) / 0.3, (wanted - v) / 3];
}

test.each(['Driving-v0', 'DrivingCruise-v0'])(
  '%s: a careful driver follows the cars ahead to the end',
  (id) => {
    for (let seed = 0; seed < 20; seed++) {
      const environment = makeEnvironment(id);
      let observation = environment.reset({ seed }).observation as Float32Array;
      let steps = 0;
      let total = 0;
      for (;;) {
        const result = environment.step(carefully(observation));
        observation = result.observation as Float32Array;
        steps += 1;
        total += result.reward;
        if (!result.terminated && !result.truncated) continue;
        expect(result).toMatchObject({ terminated: false, truncated: true });
        break;
      }
      expect(steps).toBe(500);
      // 15 m/s of 30 is half a point a step; keeping near the middle costs little.
      expect(total).toBeGreaterThan(220);
    }
  },
);

test('full speed straight ahead crashes', () => {
  for (let seed = 0; seed < 20; seed++) {
    const environment = makeEnvironment('Driving-v0');
    environment.reset({ seed });
    let result = environment.step([0, 1]);
    while (!result.terminated && !result.truncated) result = environment.step([0, 1]);
    expect(result.terminated).toBe(true);
  }
});

test.each<[DrivingOptions, string]>([
  [{ cars: 1.5 }, 'Driving: expected cars to be a whole number from 0 to 100, got 1.5'],
  [{ oncoming: -1 }, 'expected oncoming to be a whole number from 0 to 100, got -1'],
  [{ curvature: 0.1 }, 'expected curvature to be from 0 to 0.01, got 0.1'],
  [{ passing: 1 as never }, 'expected passing to be a boolean, got 1'],
])('%j is a ConfigError', (options, message) => {
  expect(() => driving(options)).toThrow(ConfigError);
  expect(() => driving(options)).toThrow(message);
});
