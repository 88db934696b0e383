import { builtinEnvironments, makeEnvironment } from '../index.ts';
import { corridor } from '../../fixtures/corridor.ts';
import { dynamicsState, findPainter, painters, type Canvas2D } from './index.ts';

/** A canvas that counts how often settings were remembered and brought back, and remembers the first rectangle. */
function countingCanvas(): { canvas: Canvas2D; depth: () => number; first: () => readonly number[] } {
  let depth = 0;
  let first: readonly number[] | undefined;
  const canvas = new Proxy(
    {},
    {
      get: (_, name) => {
        if (name === 'save') return () => (depth += 1);
        if (name === 'restore') return () => (depth -= 1);
        if (name === 'fillRect') return (...numbers: number[]) => (first ??= numbers);
        return () => undefined;
      },
      set: () => true,
    },
  );
  return { canvas: canvas as unknown as Canvas2D, depth: () => depth, first: () => first! };
}

test.each(Object.keys(painters))('the picture of %s is painted over all that was there', (id) => {
  const { width, height, framesPerSecond, paint } = findPainter(id)!;
  expect(builtinEnvironments.ids).toContain(id);
  expect(framesPerSecond).toBeGreaterThan(0);
  const environment = makeEnvironment(id);
  environment.reset({ seed: 1 });
  const { canvas, depth, first } = countingCanvas();
  paint(canvas, { state: dynamicsState(environment) });
  expect(first()).toEqual([0, 0, width, height]);
  expect(depth()).toBe(0);
});

test('the state is seen through wrappers: for CartPole it is the observation', () => {
  const environment = makeEnvironment('CartPole-v1');
  const { observation } = environment.reset({ seed: 3 });
  expect(Float32Array.from(dynamicsState(environment))).toEqual(observation);
});

test('an environment without Dynamics has no state to paint', () => {
  expect(() => dynamicsState(corridor())).toThrow(
    /corridor: expected an environment with the state of a Dynamics/,
  );
  expect(findPainter('corridor')).toBeUndefined();
  expect(findPainter('toString')).toBeUndefined();
});
