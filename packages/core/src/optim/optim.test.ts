/** Optimisers against their formulas, worked by hand or in plain arithmetic. */
import { constant, trace, type Tensor } from '../index.ts';
import { interpret } from '../reference/index.ts';
import { adam, adamW, clipByGlobalNorm, momentum, rmsProp, scheduled, sgd, type Optimizer } from './index.ts';

/** Takes steps with the given gradients from parameters of 1 and returns the parameters after each. */
function descend(optimizer: Optimizer, gradients: readonly number[], learningRate: number): number[] {
  const initial = optimizer.state(1);
  const names = Object.keys(initial);
  const program = trace(
    ({ parameters, gradient, state }) => optimizer.update({ parameters, gradient, state, learningRate }),
    {
      parameters: [1],
      gradient: [1],
      state: Object.fromEntries(names.map((name) => [name, initial[name]!.shape])),
    },
  );
  let values: Record<string, ArrayLike<number>> = Object.fromEntries([
    ['parameters', [1]],
    ...names.map((name) => [`state.${name}`, [initial[name]!.value]] as const),
  ]);
  return gradients.map((gradient) => {
    values = interpret(program, { ...values, gradient: [gradient] });
    return values['parameters']![0]!;
  });
}

test('gradient descent with and without momentum', () => {
  expect(descend(sgd(), [2, 4], 0.1)).toEqual([0.8, 0.4]);
  const [first, second] = descend(momentum(0.5), [2, 4], 0.1); // velocities 2, then 5
  expect(first).toBeCloseTo(0.8, 12);
  expect(second).toBeCloseTo(0.3, 12);
});

test('the first step of Adam is the learning rate, whatever the gradient', () => {
  for (const gradient of [1e-3, 1, -50]) {
    const [after] = descend(adam({ epsilon: 1e-12 }), [gradient], 0.01);
    expect(after).toBeCloseTo(1 - 0.01 * Math.sign(gradient), 9);
  }
});

test('Adam follows algorithm 1 over several steps, with ε outside the root', () => {
  const gradients = [0.3, -0.2, 0.5, 0.1];
  const [beta1, beta2, epsilon, learningRate] = [0.8, 0.95, 1e-3, 0.05];
  let [theta, m, v] = [1, 0, 0];
  const expected = gradients.map((g, i) => {
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const corrected = m / (1 - beta1 ** (i + 1));
    theta -= (learningRate * corrected) / (Math.sqrt(v / (1 - beta2 ** (i + 1))) + epsilon);
    return theta;
  });
  descend(adam({ beta1, beta2, epsilon }), gradients, learningRate).forEach((actual, i) => {
    expect(actual).toBeCloseTo(expected[i]!, 12);
  });
});

test('AdamW shrinks parameters by α λ apart from the gradient', () => {
  const [after] = descend(adamW({ weightDecay: 0.1 }), [0], 0.5);
  expect(after).toBeCloseTo(1 - 0.5 * 0.1, 12);
});

test('RMSProp puts ε inside the root as TensorFlow or outside as torch', () => {
  const average = 0.01 * 4; // decay 0.99, gradient 2
  const [inside] = descend(rmsProp({ epsilon: 0.1 }), [2], 0.5);
  const [outside] = descend(rmsProp({ epsilon: 0.1, epsilonPlace: 'outside' }), [2], 0.5);
  const [ones] = descend(rmsProp({ epsilon: 0.1, initialAverage: 1 }), [2], 0.5);
  expect(inside).toBeCloseTo(1 - (0.5 * 2) / Math.sqrt(average + 0.1), 12);
  expect(outside).toBeCloseTo(1 - (0.5 * 2) / (Math.sqrt(average) + 0.1), 12);
  expect(ones).toBeCloseTo(1 - (0.5 * 2) / Math.sqrt(0.99 + average + 0.1), 12);
});

test('the global norm is clipped only when it is larger, and a zero gradient stays zero', () => {
  const clip = (values: number[], maximum: number): Tensor =>
    clipByGlobalNorm(constant(values), maximum).gradient;
  const results = interpret(
    trace(() => ({ large: clip([3, 4], 1), small: clip([0.3, 0.4], 1), zero: clip([0, 0], 1) }), {}),
    {},
  );
  expect(Math.hypot(...results['large']!)).toBeCloseTo(1, 6);
  expect([...results['small']!]).toEqual([0.3, 0.4]);
  expect([...results['zero']!]).toEqual([0, 0]);
});

test('schedules', () => {
  expect(scheduled('constant', 3, 0.7)).toBe(3);
  expect(scheduled('linear', 3, 0.25)).toBe(2.25);
  expect(scheduled('linear', 3, 1.2)).toBe(0);
});

test('constants outside their range are refused with their values', () => {
  expect(() => adam({ beta1: 1 })).toThrow('β₁ 1');
  expect(() => rmsProp({ epsilon: -1 })).toThrow('-1');
  expect(() => momentum(NaN)).toThrow('NaN');
});
