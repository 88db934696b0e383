/**
 * Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2).
 *
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 *   θ ← θ − α m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
 *
 * The corrections 1 − βᵗ are kept as moving averages of 1: the same recurrence, and exact in float32 from the first
 * step on, where 1 minus a power would lose half its digits.
 */
import { ConfigError } from '../errors.ts';
import { movingAverage, type Optimizer } from './optimizer.ts';

/** Constants of Adam. */
export interface AdamOptions {
  /** β₁, decay of the gradient's average; in [0, 1), default 0.9. */
  readonly beta1?: number;
  /** β₂, decay of the squared gradient's average; in [0, 1), default 0.999. */
  readonly beta2?: number;
  /** ε, outside the root; positive, default 1e-8. PPO uses 1e-5. */
  readonly epsilon?: number;
}

/** Constants of AdamW. */
export interface AdamWOptions extends AdamOptions {
  /** λ: parameters shrink by α λ θ a step, apart from the gradient; at least 0, default 0.01. */
  readonly weightDecay?: number;
}

type AdamState = 'firstMoment' | 'secondMoment' | 'firstCorrection' | 'secondCorrection';

/** Adam. Throws ConfigError for constants outside their range. */
export function adam(options: AdamOptions = {}): Optimizer<AdamState> {
  return adamW({ ...options, weightDecay: 0 });
}

/** Adam with weight decay apart from the gradient. Throws ConfigError for constants outside their range. */
export function adamW({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0.01,
}: AdamWOptions = {}): Optimizer<AdamState> {
  const valid = [beta1, beta2].every((beta) => beta >= 0 && beta < 1) && epsilon > 0 && weightDecay >= 0;
  if (!valid) {
    throw new ConfigError(
      `adam: expected β in [0, 1), ε > 0 and weight decay ≥ 0, got β₁ ${beta1}, β₂ ${beta2}, ε ${epsilon}, ` +
        `weight decay ${weightDecay}`,
    );
  }
  return {
    state: (size) => ({
      firstMoment: { shape: [size], value: 0 },
      secondMoment: { shape: [size], value: 0 },
      firstCorrection: { shape: [], value: 0 },
      secondCorrection: { shape: [], value: 0 },
    }),
    update({ parameters, gradient, state, learningRate }) {
      const firstMoment = movingAverage(state.firstMoment, gradient, beta1);
      const secondMoment = movingAverage(state.secondMoment, gradient.square(), beta2);
      const firstCorrection = movingAverage(state.firstCorrection, 1, beta1);
      const secondCorrection = movingAverage(state.secondCorrection, 1, beta2);
      // α m̂ / (√v̂ + ε), with both corrections moved from the vectors into the scalars.
      const root = secondCorrection.sqrt();
      const stepSize = root.mul(learningRate).div(firstCorrection);
      const direction = firstMoment.div(secondMoment.sqrt().add(root.mul(epsilon)));
      const decayed =
        weightDecay === 0 ? parameters : parameters.sub(parameters.mul(weightDecay).mul(learningRate));
      return {
        parameters: decayed.sub(direction.mul(stepSize)),
        state: { firstMoment, secondMoment, firstCorrection, secondCorrection },
      };
    },
  };
}
