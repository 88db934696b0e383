/**
 * Functions composed of primitives, in the form that stays accurate at the extremes.
 *
 * Shapes: [..., K] stands for any leading axes; `axis` defaults to the last.
 */
import { ShapeError } from '../errors.ts';
import { formatShape, resolveAxis, sameShape } from './shape.ts';
import { iota, where } from './constructors.ts';
import { constant, type AxisArgument, type ReductionOptions, type Tensor } from './tensor.ts';

/** max(x, 0), with derivative 0 at 0. */
export function relu(x: Tensor): Tensor {
  return x.max(0);
}

/** x where x ≥ 0, else eˣ − 1 (Clevert et al. 2016, α = 1). */
export function elu(x: Tensor): Tensor {
  // The exponent is kept ≤ 0, so that the branch not taken can't overflow and turn the derivative into NaN.
  return where(x.less(0), x.min(0).exp().sub(1), x);
}

/** Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016, section 2). */
export function gelu(x: Tensor): Tensor {
  // Beyond ±20 tanh is ±1; its argument stays finite there, so that neither value nor derivative becomes 0 · ∞.
  const near = x.max(-20).min(20);
  const inner = near.add(near.square().mul(near).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.max(-20).mul(0.5).mul(inner.tanh().add(1));
}

/** 1 / (1 + e⁻ˣ), accurate relative to its size at both ends. */
export function sigmoid(x: Tensor): Tensor {
  const { rest, shift } = split(x);
  const one = rest.exp();
  return one.div(one.add(shift.neg().exp()));
}

/** log(1 + eˣ), which never overflows; its derivative is the sigmoid. */
export function softplus(x: Tensor): Tensor {
  const { rest, shift } = split(x);
  return rest.exp().add(shift.neg().exp()).log().add(shift);
}

/**
 * x = rest + shift with shift = max(x, 0) as a constant. Both functions above are the same whatever is shifted out of
 * their exponentials, so no derivative flows through the shift, and the kink of max at 0 does not show. The largest
 * float stands for infinity, which can't be taken apart.
 */
function split(x: Tensor): { rest: Tensor; shift: Tensor } {
  const finite = x.min(3.4e38);
  const shift = finite.max(0).stopGradient();
  return { rest: finite.sub(shift), shift };
}

/** log σ(x) = −softplus(−x). */
export function logSigmoid(x: Tensor): Tensor {
  return softplus(x.neg()).neg();
}

/** log Σ eˣ over axes (default: the last), shifted by the maximum so that it never overflows. */
export function logSumExp(x: Tensor, axes: AxisArgument = -1, options: ReductionOptions = {}): Tensor {
  // Without a finite maximum (all −∞, or some +∞) the shift would give ∞ − ∞.
  const maximum = x.maxOver(axes, { keepAxes: true }).stopGradient();
  const shift = where(maximum.abs().less(Infinity), maximum, 0);
  const result = x.sub(shift).exp().sum(axes, { keepAxes: true }).log().add(shift);
  return options.keepAxes ? result : result.reshape(x.sum(axes).shape);
}

/** The logarithm of {@link softmax}, x − logSumExp(x). Some x of each row must be finite. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const shifted = x.sub(x.maxOver(axis, { keepAxes: true }).stopGradient());
  return shifted.sub(shifted.exp().sum(axis, { keepAxes: true }).log());
}

/** eˣ / Σ eˣ along an axis. Some x of each row must be finite; −∞ gives 0. */
export function softmax(x: Tensor, axis = -1): Tensor {
  const weights = x.sub(x.maxOver(axis, { keepAxes: true }).stopGradient()).exp();
  return weights.div(weights.sum(axis, { keepAxes: true }));
}

/** Quadratic within ±δ, linear outside (Huber 1964): ½x², or δ(|x| − ½δ). */
export function huber(x: Tensor, delta = 1): Tensor {
  const inner = x.clip(-delta, delta);
  return inner.mul(x.sub(inner.mul(0.5)));
}

/** Whole numbers [...] → rows [..., classes] that are 1 at the number and 0 elsewhere. */
export function oneHot(index: Tensor, classes: number): Tensor {
  return index.expand(-1).equal(iota([...index.shape.map(() => 1), classes]));
}

/**
 * One element of each row: x [..., K] and index [...] → [...]. Indices are whole numbers in [0, K).
 *
 * @throws ShapeError unless the index has the shape of x without its last axis: nothing is broadcast.
 */
export function gatherAlong(x: Tensor, index: Tensor): Tensor {
  if (x.rank === 0 || !sameShape(x.shape.slice(0, -1), index.shape)) {
    throw new ShapeError(
      `gatherAlong: expected values [..., K] and an index [...], got ${formatShape(x.shape)} and ${formatShape(index.shape)}`,
    );
  }
  // A selection, not a product: 0 · ∞ would be NaN where masked logits are −∞.
  return where(oneHot(index, x.shape.at(-1)!), x, 0).sum(-1);
}

/** Position of the maximum along an axis; the first of equal ones, the last position for NaN. Has no derivative. */
export function argMax(x: Tensor, axis = -1): Tensor {
  const at = resolveAxis('argMax', axis, x.shape);
  const size = x.shape[at]!;
  const isMaximum = x.equal(x.maxOver(at, { keepAxes: true }));
  const line = x.shape.map((length, i) => (i === at ? length : 1));
  const last = constant(size - 1);
  // Counted from the end, so that the first of equal ones is the largest, and position 0 is not −0.
  return last.sub(where(isMaximum, last.sub(iota(line, at)), 0).maxOver(at));
}

/** Elementwise minimum of several tensors, e.g. of the estimates of twin critics. */
export function minimumOf(tensors: readonly [Tensor, ...Tensor[]]): Tensor {
  return tensors.reduce((minimum, tensor) => minimum.min(tensor));
}

/**
 * (x − mean) / (deviation + ε) over all elements, with the unbiased deviation (n − 1) as torch has it. A single
 * element has no deviation and becomes 0.
 */
export function standardize(x: Tensor, epsilon = 1e-8): Tensor {
  const centred = x.sub(x.mean());
  if (x.size === 1) return centred;
  const deviation = centred
    .square()
    .sum()
    .div(x.size - 1)
    .sqrt();
  return centred.div(deviation.add(epsilon));
}

/**
 * Mean of the squared differences of two tensors of the same shape.
 *
 * @throws ShapeError when the shapes differ.
 */
export function meanSquaredError(prediction: Tensor, target: Tensor): Tensor {
  if (!sameShape(prediction.shape, target.shape)) {
    throw new ShapeError(
      `meanSquaredError: prediction ${formatShape(prediction.shape)} and target ${formatShape(target.shape)} differ`,
    );
  }
  return prediction.sub(target).square().mean();
}

/**
 * Inner product Σ xᵢyᵢ over all elements of two tensors of one shape.
 *
 * @throws ShapeError when the shapes differ.
 */
export function inner(x: Tensor, y: Tensor): Tensor {
  if (!sameShape(x.shape, y.shape)) {
    throw new ShapeError(
      `inner: expected two tensors of one shape, got ${formatShape(x.shape)} and ${formatShape(y.shape)}`,
    );
  }
  return x.mul(y).sum();
}
