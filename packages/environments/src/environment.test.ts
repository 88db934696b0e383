/** What people meet who use an environment wrongly, or write one: strictness, time limits, registry, checks. */
import { ConfigError, EnvironmentError } from '@ascent-rl/core/errors';
import {
  builtinEnvironments,
  environmentRegistry,
  makeEnvironment,
  makeVectorEnvironment,
  strictEnvironment,
  timeLimit,
} from './index.ts';
import { corridor } from '../fixtures/corridor.ts';

const expectError = (act: () => unknown, message: string): void => {
  expect(act).toThrow(EnvironmentError);
  expect(act).toThrow(message);
};

describe('a strict environment', () => {
  test('raises for a step before the reset and after the end', () => {
    const environment = makeEnvironment('CartPole-v1');
    expectError(() => environment.step(0), 'CartPole-v1, step 1: expected reset() before the first step');
    environment.reset({ seed: 0 });
    let steps = 1;
    while (!environment.step(0).terminated) steps++;
    expectError(
      () => environment.step(0),
      `CartPole-v1, step ${steps + 1}: the episode ended at step ${steps}; call reset() first`,
    );
    environment.reset();
    environment.step(0);
  });

  test.each<[string, unknown, string]>([
    ['CartPole-v1', 2, 'step 1: expected action in Discrete(2), got action = 2'],
    ['CartPole-v1', 0.5, 'step 1: expected action in Discrete(2), got action = 0.5'],
    ['CartPole-v1', [1], 'step 1: expected action in Discrete(2), got action = an array of 1'],
    ['Pendulum-v1', [NaN], 'step 1: expected action in Box(-2.0, 2.0, (1,), float32), got action[0] = NaN'],
    ['Pendulum-v1', 1, 'got action = 1, not an array of numbers'],
    ['Pendulum-v1', [1, 2], 'got action of 2 numbers instead of 1'],
  ])('%s refuses the action %j', (id, action, message) => {
    const environment = makeEnvironment(id);
    environment.reset({ seed: 0 });
    expectError(() => environment.step(action), message);
  });

  test('that ends by itself is not cut off too', () => {
    const both = () => ({ ...corridor().reset(), reward: 0, terminated: true, truncated: true, info: {} });
    const environment = strictEnvironment({ ...corridor(), step: both });
    environment.reset({ seed: 0 });
    expect(environment.step(0)).toMatchObject({ terminated: true, truncated: false });
  });

  test('passes on a Box action beyond the limits: Pendulum clips it itself, as in Gymnasium', () => {
    const [beyond, limit] = [5, 2].map((torque) => {
      const environment = makeEnvironment('Pendulum-v1');
      environment.reset({ seed: 0 });
      return environment.step([torque]);
    });
    expect(beyond).toEqual(limit);
  });

  test.each<[object, string]>([
    [
      { observation: [NaN] },
      'step 1: expected observation in Box(0.0, 4.0, (1,), float32), got observation[0] = NaN',
    ],
    [{ observation: [5] }, 'got observation[0] = 5'],
    [{ observation: undefined }, 'got observation = undefined'],
    [{ reward: NaN }, 'step 1: expected reward to be a finite number, got NaN'],
    [{ reward: '1' }, 'expected reward to be a finite number, got "1"'],
    [{ terminated: 1 }, 'expected terminated to be a boolean, got 1'],
    [{ truncated: undefined }, 'expected truncated to be a boolean, got undefined'],
  ])('refuses a step that gives %j', (change, message) => {
    const inner = corridor();
    const environment = strictEnvironment(
      { ...inner, step: (action: number) => ({ ...inner.step(action), ...change }) },
      'Mine',
    );
    environment.reset({ seed: 0 });
    expectError(() => environment.step(0), 'Mine, ');
    environment.reset();
    expectError(() => environment.step(0), message);
  });

  test.each<[unknown, string]>([
    [[1], 'expected an action mask of 0 and 1 for Discrete(2), got actionMask of 1 numbers instead of 2'],
    [[255, 0], 'got actionMask[0] = 255'],
    [[true, false], 'got actionMask = an array of 2, not an array of numbers'],
    [[0, 0], 'expected an allowed choice in every part of Discrete(2), got actionMask = 0, 0'],
  ])('refuses the action mask %j', (mask, message) => {
    const environment = strictEnvironment({ ...corridor(), actionMask: () => mask as number[] }, 'Mine');
    environment.reset({ seed: 0 });
    expectError(() => environment.actionMask!(), 'Mine, reset: ');
    expectError(() => environment.actionMask!(), message);
  });

  test('refuses a reset that is not one', () => {
    const environment = strictEnvironment({ ...corridor(), reset: () => [0] as never });
    expectError(
      () => environment.reset(),
      'corridor, reset: expected { observation, info }, got an array of 1',
    );
  });
});

test('a time limit is part of the state', () => {
  const environment = strictEnvironment(timeLimit(corridor(), 3));
  environment.reset({ seed: 0 });
  environment.step(0);
  environment.step(0);
  const saved = JSON.parse(JSON.stringify(environment.state!())) as never;
  expect(environment.step(0)).toMatchObject({ terminated: false, truncated: true });
  const other = strictEnvironment(timeLimit(corridor(), 3));
  other.restore!(saved);
  expect(other.step(0)).toMatchObject({ truncated: true });
  expectError(() => other.step(0), 'step 4: the episode ended at step 3');
});

test.each([0, 1.5, -1, NaN])('%d is no time limit', (limit) => {
  expect(() => timeLimit(corridor(), limit)).toThrow(ConfigError);
  expect(() => makeEnvironment('CartPole-v1', { maxEpisodeSteps: limit })).toThrow('maxEpisodeSteps');
});

describe('a registry', () => {
  test.each([
    ['CartPole-v2', 'did you mean CartPole-v0 or CartPole-v1'],
    ['cartpole-v1', 'did you mean CartPole-v1 or CartPole-v0'],
    ['Pendulun-v1', 'did you mean Pendulum-v1'],
    ['Humanoid-v5', `known are ${builtinEnvironments.ids.join(', ')}`],
  ])('does not know %s', (id, hint) => {
    expectError(() => makeEnvironment(id), `got "${id}"; ${hint}`);
    expectError(() => makeVectorEnvironment(id, { count: 1 }), hint);
  });

  test('is a value: one more environment makes another registry', () => {
    const mine = builtinEnvironments.with({ id: 'Corridor-v0', environment: corridor, maxEpisodeSteps: 2 });
    expect(builtinEnvironments.ids).not.toContain('Corridor-v0');
    const environment = makeEnvironment('Corridor-v0', { registry: mine });
    environment.reset({ seed: 0 });
    environment.step(0);
    expect(environment.step(0).truncated).toBe(true);
    expectError(() => environment.step(9), 'Corridor-v0, step 3');
    expect(() => mine.with({ id: 'Corridor-v0', environment: corridor })).toThrow(ConfigError);
    expect(environmentRegistry([]).ids).toEqual([]);
  });

  test('a factory serves wherever an id does', () => {
    const environment = makeEnvironment(() => corridor(), { maxEpisodeSteps: 1 });
    environment.reset({ seed: 0 });
    expect(environment.step(0).truncated).toBe(true);
    expect(makeVectorEnvironment(() => corridor(), { count: 2 }).id).toBe('corridor');
  });
});
