/**
 * RMSProp (Tieleman and Hinton 2012, lecture 6.5): θ ← θ − α g / √(average of g²).
 *
 * Where ε stands matters: TensorFlow adds it inside the root, √(s + ε), torch outside, √s + ε. A2C was tuned with the
 * first.
 */
import { ConfigError } from '../errors.ts';
import { movingAverage, type Optimizer } from './optimizer.ts';

/** Constants of RMSProp. */
export interface RmsPropOptions {
  /** Decay of the squared gradient's average; in [0, 1), default 0.99. */
  readonly decay?: number;
  /** ε; positive, default 1e-5. */
  readonly epsilon?: number;
  /** `inside` the root as TensorFlow (default), or `outside` as torch. */
  readonly epsilonPlace?: 'inside' | 'outside';
  /** What the average starts at: 0 (default) as torch, or 1 as TensorFlow 1. */
  readonly initialAverage?: number;
}

/** RMSProp without momentum. Throws ConfigError for constants outside their range. */
export function rmsProp({
  decay = 0.99,
  epsilon = 1e-5,
  epsilonPlace = 'inside',
  initialAverage = 0,
}: RmsPropOptions = {}): Optimizer<'squareAverage'> {
  if (!(decay >= 0 && decay < 1 && epsilon > 0 && initialAverage >= 0)) {
    throw new ConfigError(
      `rmsProp: expected decay in [0, 1), ε > 0 and an initial average ≥ 0, got ${decay}, ${epsilon}, ${initialAverage}`,
    );
  }
  return {
    state: (size) => ({ squareAverage: { shape: [size], value: initialAverage } }),
    update({ parameters, gradient, state, learningRate }) {
      const squareAverage = movingAverage(state.squareAverage, gradient.square(), decay);
      const root =
        epsilonPlace === 'inside' ? squareAverage.add(epsilon).sqrt() : squareAverage.sqrt().add(epsilon);
      return { parameters: parameters.sub(gradient.mul(learningRate).div(root)), state: { squareAverage } };
    },
  };
}
