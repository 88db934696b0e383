/** Independent yes-or-no choices with probability σ(logit) of 1. Written with softplus, so that no logit overflows. */
import { ShapeError } from '../../errors.ts';
import { sigmoid, softplus } from '../../tensor/functions.ts';
import { formatShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Distribution } from './distribution.ts';

/** Independent yes-or-no choices; an action [B, n] holds 0 or 1 for each. */
export interface Bernoulli extends Distribution {
  /** Log-odds of 1, [B, n]. */
  readonly logits: Tensor;
}

/** Independent yes-or-no choices from logits [B, n]. Throws ShapeError for another rank. */
export function bernoulli(logits: Tensor): Bernoulli {
  if (logits.rank !== 2)
    throw new ShapeError(`bernoulli: expected logits [B, n], got ${formatShape(logits.shape)}`);
  const one = sigmoid(logits);
  const zero = sigmoid(logits.neg());
  const surpriseOfOne = softplus(logits.neg()); // −log σ(logit)
  const surpriseOfZero = softplus(logits);
  return {
    logits,
    noise: { kind: 'uniform', size: logits.shape[1]! },
    sample: (noise) => noise.less(one),
    logProbability: (action) =>
      softplus(logits.mul(action.mul(-2).add(1)))
        .sum(1)
        .neg(),
    entropy: () => one.mul(surpriseOfOne).add(zero.mul(surpriseOfZero)).sum(1),
    mode: () => logits.greater(0),
    kl: (other) =>
      one
        .mul(softplus(other.logits.neg()).sub(surpriseOfOne))
        .add(zero.mul(softplus(other.logits).sub(surpriseOfZero)))
        .sum(1),
  };
}
