/** checkEnvironment passes all environments of this package, and finds what is wrong with others. */
import { ConfigError, EnvironmentError } from '@ascent-rl/core/errors';
import {
  benchmarkEnvironment,
  box,
  builtinEnvironments,
  checkEnvironment,
  discrete,
  makeEnvironment,
  type Environment,
} from '../index.ts';
import { corridor } from '../../fixtures/corridor.ts';

const expectError = (act: () => unknown, message: string): void => {
  expect(act).toThrow(EnvironmentError);
  expect(act).toThrow(message);
};

test.each(builtinEnvironments.ids)('finds nothing wrong with %s', (id) => {
  const steps = id.startsWith('Pong') ? 3 : 60; // an image is much to compare
  expect(checkEnvironment(() => makeEnvironment(id), { steps })).toEqual([]);
});

test('finds nothing wrong with a simple environment, made or to be made', () => {
  expect(checkEnvironment(corridor())).toEqual([]);
  expect(checkEnvironment(corridor)).toEqual([]);
});

test('closes what the factory made, and nothing else', () => {
  let open = 0;
  const counted = (): Environment => {
    open++;
    return { ...corridor(), close: () => void open-- };
  };
  checkEnvironment(counted);
  expect(open).toBe(0);
  checkEnvironment(counted());
  expect(open).toBe(1);
});

/** A corridor whose observations and actions are arrays, without a state. */
function plain(change: Partial<Environment> = {}): Environment {
  const { id, reset, step } = corridor();
  return {
    id: id!,
    observationSpace: box({ low: 0, high: 4, shape: [1] }),
    actionSpace: box({ low: -1, high: 1, shape: [1] }),
    reset: (options) => reset(options),
    step: (action) => step((action as number[])[0]! < 0 ? 0 : 1),
    ...change,
  };
}

test.each<[string, () => Environment, string]>([
  [
    'no space',
    () => ({ ...corridor(), actionSpace: 2 as never }),
    'expected actionSpace to be a space, such as',
  ],
  ['no step', () => ({ ...corridor(), step: undefined as never }), 'expected a method step, got undefined'],
  [
    'half of a state',
    () => {
      const { restore: _, ...environment } = corridor();
      return environment;
    },
    'expected both state() and restore()',
  ],
  [
    'an observation outside its space',
    () => ({ ...corridor(), observationSpace: box({ low: 0, high: 1, shape: [1] }) }),
    'expected observation in Box(0.0, 1.0, (1,), float32), got observation[0]',
  ],
  [
    'an observation that only the highest action, held on, takes out of its space',
    () => {
      let push = 0;
      const { reset, step } = corridor();
      return plain({
        observationSpace: box({ low: 0, high: 6, shape: [1] }),
        step(action) {
          push = (action as number[])[0]! === 1 ? push + 1 : 0;
          return { ...step(0), observation: [push] };
        },
        reset,
      });
    },
    'step 7: expected observation in Box(0.0, 6.0, (1,), float32), got observation[0] = 7',
  ],
  [
    'chance that ignores the seed',
    () => {
      const environment = corridor();
      let resets = 0;
      return { ...environment, reset: () => environment.reset({ seed: resets++ === 0 ? 1 : 0 }) };
    },
    'reset: expected the same events after reset({ seed: 0 })',
  ],
  [
    'one array for all observations',
    () => {
      const shared = [0];
      const { step } = corridor();
      return plain({
        step(action) {
          const result = step((action as number[])[0]! < 0 ? 0 : 1);
          shared[0] = result.observation[0]!;
          return { ...result, observation: shared };
        },
      });
    },
    'to stay as it was, got it changed; return a new array each step',
  ],
  [
    'a state that is the observation itself',
    () => {
      let cells = [0];
      return plain({
        reset: () => ({ observation: (cells = [2]), info: {} }),
        step(action) {
          cells = [Math.max(0, Math.min(4, cells[0]! + Math.sign((action as number[])[0]!)))];
          return { observation: cells, reward: 0, terminated: false, truncated: false, info: {} };
        },
      });
    },
    'a caller wrote into observations it was given',
  ],
  [
    'an action that is changed',
    () => {
      const { step } = corridor();
      return plain({
        step(action) {
          (action as number[])[0] = 0;
          return step(0);
        },
      });
    },
    'step 1: expected the action to stay as it was, got it changed',
  ],
  [
    'an info that is none',
    () => ({ ...corridor(), reset: () => ({ observation: [0], info: undefined as never }) }),
    'corridor, reset: expected info to be an object, got undefined',
  ],
  [
    'a frame of another size',
    () => plain({ render: () => ({ width: 2, height: 2, data: new Uint8ClampedArray(4) }) }),
    'render: expected a frame with 2 x 2 x 4 bytes in a Uint8ClampedArray, got 4 bytes',
  ],
  [
    'a state without the position',
    () => ({ ...corridor(), state: () => 0, restore: () => {} }),
    'expected restore(state()) to continue exactly',
  ],
  [
    'an action that is not understood',
    () => ({ ...corridor(), actionSpace: discrete(3) }),
    'observation[0] = NaN',
  ],
])('finds %s', (_, make, message) => {
  expectError(() => checkEnvironment(make()), message);
});

test('finds a state that two environments share', () => {
  const shared = corridor();
  const make = (): Environment => ({ ...shared, state: undefined, restore: undefined }) as never;
  checkEnvironment(make());
  expectError(
    () => checkEnvironment(make),
    'expected the same events after the same seed in another environment',
  );
});

test.each<[string, Partial<Environment>, string]>([
  ['actions without limits', { actionSpace: box({ low: -Infinity, high: 1, shape: [1] }) }, 'have no limits'],
  [
    'actions on one side',
    { actionSpace: box({ low: 0, high: 1, shape: [1] }) },
    'actions from 0 to 1 are not symmetric',
  ],
])('advises on %s', (_, change, advice) => {
  expect(checkEnvironment(plain(change))).toEqual([expect.stringContaining(advice)]);
});

test('advises on images that are not bytes', () => {
  const image = { observation: new Float32Array(12), info: {} };
  const { step } = corridor();
  const environment = plain({
    observationSpace: box({ low: 0, high: 1, shape: [2, 2, 3] }),
    reset: () => ({ ...image, observation: new Float32Array(12) }),
    step: () => ({ ...step(0), observation: new Float32Array(12) }),
  });
  expect(checkEnvironment(environment)).toEqual([expect.stringContaining('keep them as uint8')]);
});

test('the benchmark counts steps', () => {
  expect(benchmarkEnvironment(makeEnvironment('CartPole-v1'), { seconds: 0.01 })).toBeGreaterThan(0);
  expect(() => benchmarkEnvironment(corridor(), { seconds: 0 })).toThrow(ConfigError);
});
