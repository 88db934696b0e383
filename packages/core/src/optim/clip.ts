/** Clipping of gradients (Pascanu et al. 2013, algorithm 1). */
import { constant, type Tensor } from '../tensor/tensor.ts';

/** What {@link clipByGlobalNorm} returns. */
export interface ClippedGradient {
  readonly gradient: Tensor;
  /** Euclidean norm before clipping, a scalar. */
  readonly norm: Tensor;
}

/**
 * Scales a gradient [P] down to norm `maximum` where it is larger. As in torch, 1e-6 in the denominator keeps a zero
 * gradient zero, and so does a norm whose square is beyond float32 (some 1.8e19) with any gradient; see `norm` for those.
 * `Infinity` never clips.
 */
export function clipByGlobalNorm(gradient: Tensor, maximum: number): ClippedGradient {
  const norm = gradient.square().sum().sqrt();
  if (maximum === Infinity) return { gradient, norm };
  const scale = constant(maximum).div(norm.add(1e-6)).min(1);
  return { gradient: gradient.mul(scale), norm };
}
