/**
 * Numbers for the suite: deterministic, float32-representable, the same on every machine.
 *
 * A {@link Draw} makes the numbers of one operand from a seed, so that operands of equal shape differ.
 */
import { generator } from '../random/index.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';

/** One operand: its shape and numbers. */
export interface Sample {
  readonly shape: Shape;
  /** Row-major. */
  readonly values: Float32Array;
  /** False for indices and conditions, which have no derivative. */
  readonly differentiable: boolean;
}

/** Makes an operand from a seed. */
export type Draw = (seed: number) => Sample;

/** Uniform numbers in [low, high), by default [−2, 2). */
export function real(shape: Shape, low = -2, high = 2): Draw {
  return (seed) => sample(shape, seed, (u) => low + (high - low) * u);
}

/** Numbers in ±[0.5, 2): safe to divide by. */
export function nonzero(shape: Shape): Draw {
  return (seed) => sample(shape, seed, (u) => (u < 0.5 ? 3 * u - 2 : 3 * u - 1));
}

/** Whole numbers in [0, limit): indices, or with limit 2 conditions. They repeat. */
export function whole(shape: Shape, limit: number): Draw {
  return (seed) => ({ ...sample(shape, seed, (u) => Math.floor(u * limit)), differentiable: false });
}

/** The given numbers, rounded to float32; by default a vector of them. */
export function given(numbers: readonly number[], shape: Shape = [numbers.length]): Draw {
  return () => ({ shape, values: Float32Array.from(numbers), differentiable: true });
}

function sample(shape: Shape, seed: number, map: (u: number) => number): Sample {
  const draws = generator(seed);
  return {
    shape,
    values: Float32Array.from({ length: sizeOf(shape) }, () => map(draws.random())),
    differentiable: true,
  };
}
