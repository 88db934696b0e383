/** Stochastic gradient descent: θ ← θ − α g, with momentum as torch has it: b ← μ b + g, θ ← θ − α b. */
import { ConfigError } from '../errors.ts';
import type { Optimizer } from './optimizer.ts';

/** Plain descent. */
export function sgd(): Optimizer<never> {
  return {
    state: () => ({}),
    update: ({ parameters, gradient, learningRate }) => ({
      parameters: parameters.sub(gradient.mul(learningRate)),
      state: {},
    }),
  };
}

/** Descent with momentum μ in [0, 1). Throws ConfigError outside. */
export function momentum(momentum: number): Optimizer<'velocity'> {
  if (!(momentum >= 0 && momentum < 1))
    throw new ConfigError(`momentum: expected a number in [0, 1), got ${momentum}`);
  return {
    state: (size) => ({ velocity: { shape: [size], value: 0 } }),
    update({ parameters, gradient, state, learningRate }) {
      const velocity = state.velocity.mul(momentum).add(gradient);
      return { parameters: parameters.sub(velocity.mul(learningRate)), state: { velocity } };
    },
  };
}
