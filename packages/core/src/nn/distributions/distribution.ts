/** What every distribution over actions offers. */
import type { Tensor } from '../../tensor/tensor.ts';

/** Noise that a sample is made of, drawn on the host. */
export interface Noise {
  /** `uniform` on (0, 1), `normal` with mean 0 and deviation 1. */
  readonly kind: 'uniform' | 'normal';
  /** Numbers a row. */
  readonly size: number;
}

/**
 * A distribution over actions for each of B rows. An action is a row of A numbers; a joint action of independent
 * parts has the sum of their log-probabilities.
 */
export interface Distribution {
  /** The noise that {@link sample} takes. */
  readonly noise: Noise;
  /** A sample as a function of noise [B, noise.size] → [B, A]; differentiable where the action is continuous. */
  sample(noise: Tensor): Tensor;
  /** log π(action) of actions [B, A] → [B], in nats. */
  logProbability(action: Tensor): Tensor;
  /** Entropy → [B], in nats. */
  entropy(): Tensor;
  /** The most probable action [B, A]. */
  mode(): Tensor;
  /** Kullback-Leibler divergence KL(this ‖ other) → [B], in nats, from a distribution of the same kind. */
  kl(other: this): Tensor;
}
