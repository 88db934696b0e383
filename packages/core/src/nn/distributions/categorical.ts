/**
 * Choices among K: π(k) = softmax(logits)ₖ.
 *
 * Samples by the Gumbel-max rule: argmaxₖ(logitsₖ − log(−log uₖ)) with uₖ uniform is distributed as π. Logits may be
 * −∞ (a masked choice), but not all of a row.
 */
import { ShapeError } from '../../errors.ts';
import { argMax, gatherAlong, logSoftmax } from '../../tensor/functions.ts';
import { formatShape } from '../../tensor/shape.ts';
import { stack, where } from '../../tensor/constructors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Distribution } from './distribution.ts';

/** Independent choices; an action [B, n] holds one index for each. */
export interface MultiCategorical extends Distribution {
  /** Unnormalized log-probabilities side by side, [B, Σ K]. */
  readonly logits: Tensor;
  /** Log-probabilities [B, Kᵢ] of each choice. */
  readonly logProbabilities: readonly Tensor[];
}

/**
 * Independent choices among `sizes[i]`, whose logits lie side by side: [B, Σ sizes]. One choice among K is
 * `multiCategorical(logits, [K])`.
 *
 * @throws ShapeError when the logits' last axis is not Σ sizes.
 */
export function multiCategorical(logits: Tensor, sizes: readonly number[]): MultiCategorical {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (logits.rank !== 2 || logits.shape[1] !== total) {
    throw new ShapeError(`multiCategorical: expected logits [B, ${total}], got ${formatShape(logits.shape)}`);
  }
  const split = (x: Tensor) => {
    let start = 0;
    return sizes.map((size) => x.slice(1, start, (start += size)));
  };
  const logProbabilities = split(logits).map((part) => logSoftmax(part));
  const chosen = (scores: readonly Tensor[]) =>
    stack(
      scores.map((score) => argMax(score)),
      1,
    );
  const sumOver = (parts: readonly Tensor[]) => parts.reduce((sum, part) => sum.add(part));

  return {
    logits,
    logProbabilities,
    noise: { kind: 'uniform', size: total },
    sample: (noise) => chosen(split(logits.sub(noise.log().neg().log()))),
    logProbability: (action) =>
      sumOver(logProbabilities.map((part, i) => gatherAlong(part, action.slice(1, i, i + 1).squeeze(1)))),
    entropy: () => sumOver(logProbabilities.map((part) => expectation(part, part).neg())),
    mode: () => chosen(split(logits)),
    kl: (other) =>
      sumOver(logProbabilities.map((part, i) => expectation(part, part.sub(other.logProbabilities[i]!)))),
  };
}

/** Σ π(k) value(k), where choices of probability 0 count nothing, even against an infinite value. */
function expectation(logProbability: Tensor, value: Tensor): Tensor {
  const possible = logProbability.greater(-Infinity);
  return where(possible, logProbability.exp().mul(where(possible, value, 0)), 0).sum(-1);
}
