/**
 * Normal distributions with independent components, plain and squashed by tanh.
 *
 *   a = μ + σ ε,  log N(a) = Σ −½((a − μ)/σ)² − log σ − ½ log 2π
 */
import { ShapeError } from '../../errors.ts';
import { softplus } from '../../tensor/functions.ts';
import { formatShape, sameShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Distribution, Noise } from './distribution.ts';

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** A normal distribution with independent components. */
export interface DiagonalGaussian extends Distribution {
  /** μ, [B, A]. */
  readonly mean: Tensor;
  /** log σ, [B, A]. */
  readonly logStandardDeviation: Tensor;
}

/**
 * N(μ, σ²) for each row.
 *
 * @param mean - μ, [B, A].
 * @param logStandardDeviation - log σ: [B, A], or [A] when it is the same for every row.
 * @throws ShapeError for other shapes.
 */
export function diagonalGaussian(mean: Tensor, logStandardDeviation: Tensor): DiagonalGaussian {
  const [batch, size] = mean.shape;
  if (
    mean.rank !== 2 ||
    !(sameShape(logStandardDeviation.shape, mean.shape) || sameShape(logStandardDeviation.shape, [size!]))
  ) {
    throw new ShapeError(
      `diagonalGaussian: expected a mean [B, A] and a log deviation [A] or [B, A], got ${formatShape(mean.shape)} ` +
        `and ${formatShape(logStandardDeviation.shape)}`,
    );
  }
  const logStd = logStandardDeviation.broadcast([batch!, size!]);
  return {
    mean,
    logStandardDeviation: logStd,
    noise: { kind: 'normal', size: size! },
    sample: (noise) => mean.add(logStandardDeviation.exp().mul(noise)),
    logProbability(action) {
      const standardized = action.sub(mean).mul(logStandardDeviation.neg().exp());
      return standardized.square().mul(-0.5).sub(logStd).sub(halfLogTwoPi).sum(1);
    },
    entropy: () => logStd.add(0.5 + halfLogTwoPi).sum(1),
    mode: () => mean,
    kl(other) {
      // log σ₂ − log σ₁ + (σ₁² + (μ₁ − μ₂)²) / 2σ₂² − ½
      const variance = logStd.mul(2).exp().add(mean.sub(other.mean).square());
      const scaled = variance.mul(other.logStandardDeviation.mul(-2).exp()).mul(0.5);
      return other.logStandardDeviation.sub(logStd).add(scaled).sub(0.5).sum(1);
    },
  };
}

/** A normal distribution pushed through tanh: actions lie in (−1, 1). It has no entropy in closed form. */
export interface SquashedGaussian {
  /** The distribution of u, where the action is tanh(u). */
  readonly base: DiagonalGaussian;
  readonly noise: Noise;
  /** tanh(u) for u sampled from noise [B, A], with its log-probability [B]. */
  sampleWithLogProbability(noise: Tensor): { readonly action: Tensor; readonly logProbability: Tensor };
  /** log π of the action tanh(u), from u itself, [B, A] → [B]: exact however close the action is to ±1. */
  logProbabilityOf(preTanh: Tensor): Tensor;
  /** tanh(μ): the median of each component, which takes the place of the mode in evaluation. */
  mode(): Tensor;
  /** KL divergence → [B]; squashing changes nothing, so it is that of the bases. */
  kl(other: SquashedGaussian): Tensor;
}

/**
 * tanh of {@link diagonalGaussian} (Haarnoja et al. 2018, appendix C):
 *
 *   log π(a) = log N(u) − Σ log(1 − tanh² u),  with log(1 − tanh² u) = 2 (log 2 − u − softplus(−2u)),
 *
 * a form that stays exact where 1 − tanh² u rounds to 0.
 */
export function squashedGaussian(mean: Tensor, logStandardDeviation: Tensor): SquashedGaussian {
  const base = diagonalGaussian(mean, logStandardDeviation);
  const logProbabilityOf = (u: Tensor) => {
    const logDerivative = softplus(u.mul(-2)).add(u).neg().add(Math.LN2).mul(2);
    return base.logProbability(u).sub(logDerivative.sum(1));
  };
  return {
    base,
    noise: base.noise,
    sampleWithLogProbability(noise) {
      const u = base.sample(noise);
      return { action: u.tanh(), logProbability: logProbabilityOf(u) };
    },
    logProbabilityOf,
    mode: () => mean.tanh(),
    kl: (other) => base.kl(other.base),
  };
}
