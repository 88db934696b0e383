/**
 * Optimisers: pure functions from parameters, gradient and state to new parameters and state.
 *
 * Everything is a flat vector [P], so that a step is one fused loop. State is a record of tensors that a caller keeps
 * between steps; it starts as told by `state`.
 */
import type { Shape } from '../tensor/shape.ts';
import type { Operand, Tensor } from '../tensor/tensor.ts';

/** One tensor of an optimiser's state before the first step. */
export interface InitialState {
  readonly shape: Shape;
  /** The number it is filled with. */
  readonly value: number;
}

/** What a step takes. */
export interface OptimizerStep<S extends string> {
  /** θ, [P]. */
  readonly parameters: Tensor;
  /** ∂L/∂θ, [P]. */
  readonly gradient: Tensor;
  readonly state: Readonly<Record<S, Tensor>>;
  /** α: a number, or a scalar tensor where a schedule changes it. */
  readonly learningRate: Operand;
}

/** A rule for descending a gradient. */
export interface Optimizer<S extends string = string> {
  /** State for P parameters, before the first step. */
  state(size: number): Readonly<Record<S, InitialState>>;
  /** One step of descent. */
  update(step: OptimizerStep<S>): {
    readonly parameters: Tensor;
    readonly state: Readonly<Record<S, Tensor>>;
  };
}

/** An exponential moving average: decay · average + (1 − decay) · value. */
export function movingAverage(average: Tensor, value: Operand, decay: number): Tensor {
  return average.mul(decay).add(typeof value === 'number' ? value * (1 - decay) : value.mul(1 - decay));
}
