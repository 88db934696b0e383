/** Values without elements: known without computing, and engines disagree on them. */
import { sizeOf, type Attributes, type Primitive, type Shape } from '@ascent-rl/core';
import type { Planner, Value } from './plan.ts';

/** The result of an operation where it, or one of its operands, has no elements. */
export function lowerEmpty(
  planner: Planner,
  primitive: Primitive,
  inputs: readonly Value[],
  attributes: unknown,
  shape: Shape,
): Value | undefined {
  if (sizeOf(shape) === 0) return planner.constant([], shape);
  const filled = inputs.filter((input) => sizeOf(input.shape) > 0);
  if (filled.length === inputs.length) return undefined;
  if (primitive === 'concat') {
    const { axis } = attributes as Attributes['concat'];
    return filled.length === 1 ? filled[0]! : planner.kernel('Concat', filled, shape, { axis });
  }
  // Sums of nothing, and what is padded around nothing, are 0.
  const value = primitive === 'maxOver' ? -Infinity : 0;
  return planner.constant(new Float32Array(sizeOf(shape)).fill(value), shape);
}
