/**
 * The natural gradient without a Fisher matrix: products F·v, the conjugate gradient method on F x = g, and the step to
 * the border of a trust region. Schulman et al. 2015, appendix C, https://arxiv.org/abs/1502.05477
 *
 * Shapes: P parameters.
 */
import { gradient, inner, toTensor, where, type Tensor } from '@ascent-rl/core';
import type { Distribution, Layout, ParameterTree, TensorsOf } from '@ascent-rl/core/nn';

/**
 * F·v at θ_old, [P].
 *
 * @param policyOf - π(·|s) of a tree of parameters.
 * @param parameters - θ_old, [P].
 * @param vector - v, [P].
 */
export function fisherVectorProduct(
  policyOf: (parameters: TensorsOf<ParameterTree>) => Distribution,
  layout: Layout,
  parameters: Tensor,
  vector: Tensor,
  damping: number,
): Tensor {
  const weights = layout.unpack(parameters);
  const divergence = policyOf(layout.unpack(parameters.stopGradient())).kl(policyOf(weights)).mean();
  const slope = layout.pack(gradient(divergence, weights));
  const product = gradient(inner(slope, vector), weights);
  return layout.pack(product).add(vector.mul(damping));
}

/** The conjugate gradient method on F x = g (Hestenes & Stiefel 1952); every vector is [P]. */
export interface ConjugateGradients {
  /** x */
  readonly solution: Tensor;
  /** g − F x */
  readonly residual: Tensor;
  /** The direction in which x moves next. */
  readonly direction: Tensor;
}

/** One step of the conjugate gradient method; nothing changes once the squared residual is below `tolerance`. */
export function conjugateGradientStep(
  { solution, residual, direction }: ConjugateGradients,
  multiply: (vector: Tensor) => Tensor,
  tolerance: number,
): ConjugateGradients {
  const product = multiply(direction);
  const squared = inner(residual, residual);
  const goesOn = squared.greater(tolerance);
  const along = squared.div(where(goesOn, inner(direction, product), 1));
  const next = residual.sub(product.mul(along));
  const kept = inner(next, next).div(where(goesOn, squared, 1));
  return {
    solution: where(goesOn, solution.add(direction.mul(along)), solution),
    residual: where(goesOn, next, residual),
    direction: where(goesOn, next.add(direction.mul(kept)), direction),
  };
}

/** √(2δ / xᵀFx) · x, the step to the border of the trust region; 0 where x is 0. */
export function borderStep(solution: Tensor, product: Tensor, targetKl: number): Tensor {
  const curvature = inner(solution, product);
  const isUphill = curvature.greater(0);
  return solution.mul(
    where(
      isUphill,
      toTensor(2 * targetKl)
        .div(where(isUphill, curvature, 1))
        .sqrt(),
      0,
    ),
  );
}
