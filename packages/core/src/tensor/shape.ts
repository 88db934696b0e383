/**
 * Static shapes: sizes, strides, broadcasting.
 *
 * Broadcasting follows NumPy with one restriction. Operands of different rank must not both grow: [64] with
 * [3, 64] gives [3, 64], but [64] with [64, 1], which NumPy turns into [64, 64], is refused. That mistake
 * silently ruins losses; an outer product remains possible by writing both ranks out, [1, 64] with [64, 1].
 */
import { ShapeError } from '../errors.ts';

/** Sizes of the axes, outermost first; `[]` is a scalar. Sizes may be 0. */
export type Shape = readonly number[];

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const axis of shape) size *= axis;
  return size;
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** True when both shapes have the same axes. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}

/** Prints a shape as `[64, 4]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Throws ShapeError unless every axis is a whole number, zero or larger. */
export function checkShape(operation: string, shape: Shape): void {
  if (!shape.every((axis) => Number.isInteger(axis) && axis >= 0)) {
    throw new ShapeError(`${operation}: expected axes that are whole numbers ≥ 0, got ${formatShape(shape)}`);
  }
}

/** The axis counted from the front; negative axes count from the back. Throws ShapeError outside the rank. */
export function resolveAxis(operation: string, axis: number, shape: Shape): number {
  const resolved = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= shape.length) {
    throw new ShapeError(`${operation}: axis ${axis} does not exist in shape ${formatShape(shape)}`);
  }
  return resolved;
}

/** The shape without the given axes. */
export function withoutAxes(shape: Shape, axes: readonly number[]): number[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** The shape with the given axes kept at size 1. */
export function keepAxes(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/**
 * The common shape of elementwise operands.
 *
 * @throws ShapeError when two axes differ and neither is 1, or when operands of different rank would both
 *   have to grow (see the head of this file).
 */
export function broadcastShapes(operation: string, ...shapes: readonly Shape[]): Shape {
  const print = () => shapes.map(formatShape).join(' and ');
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    shape.forEach((size, i) => {
      const axis = rank - shape.length + i;
      if (result[axis] === 1) result[axis] = size;
      else if (size !== 1 && size !== result[axis]) {
        throw new ShapeError(`${operation}: shapes ${print()} do not broadcast`);
      }
    });
  }
  const ranks = new Set(shapes.filter((shape) => shape.length > 0).map((shape) => shape.length));
  if (ranks.size > 1 && !shapes.some((shape) => sameShape(shape, result))) {
    throw new ShapeError(
      `${operation}: shapes ${print()} of different rank would all grow, to ${formatShape(result)}; reshape one so ` +
        'that the ranks agree, e.g. squeeze [B, 1] to [B]',
    );
  }
  return result;
}
