/** Tensors made of nothing, of several others, or of operations that read better as functions than as methods. */
import { resolveAxis, sameShape, type Shape } from './shape.ts';
import { constant, node, toTensor, type Operand, type Tensor } from './tensor.ts';

/** A tensor filled with one number. */
export function full(shape: Shape, value: number): Tensor {
  return constant(value).broadcast(shape);
}

/** Counts 0, 1, 2 … along one axis (default: the last). */
export function iota(shape: Shape, axis = -1): Tensor {
  return node('iota', [], { shape, axis: resolveAxis('iota', axis, shape) });
}

/** `whenTrue` where the condition is not 0, else `whenFalse`; all broadcast. */
export function where(condition: Tensor, whenTrue: Operand, whenFalse: Operand): Tensor {
  return node('where', [condition, toTensor(whenTrue), toTensor(whenFalse)], {});
}

/** Joins tensors along an axis; other axes must agree. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  return node('concat', tensors, { axis: tensors[0] ? resolveAxis('concat', axis, tensors[0].shape) : axis });
}

/** Joins tensors of one shape along a new axis in front of `axis`. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  return concat(
    tensors.map((tensor) => tensor.expand(axis)),
    axis,
  );
}

/** Adds each of the updates [B, …] to the row of a zero table [rows, …] that the index [B] names. */
export function scatterAdd(index: Tensor, updates: Tensor, rows: number): Tensor {
  return node('scatterAdd', [index, updates], { rows });
}

/** Options of {@link conv2d}. */
export interface Conv2dOptions {
  /** Steps of the filter, [vertical, horizontal]; default 1. */
  readonly stride?: readonly [number, number];
  /** Zeros around the image: top, bottom, left, right; default 0. */
  readonly padding?: readonly [number, number, number, number];
}

/** Cross-correlation of images [batch, channel, height, width] with filters [out, channel, height, width]. */
export function conv2d(
  image: Tensor,
  filter: Tensor,
  { stride = [1, 1], padding = [0, 0, 0, 0] }: Conv2dOptions = {},
): Tensor {
  return node('conv2d', [image, filter], { stride, padding });
}

/** Sums a broadcast result back to the shape of one operand: the transpose of broadcasting. */
export function sumTo(tensor: Tensor, shape: Shape): Tensor {
  if (sameShape(tensor.shape, shape)) return tensor;
  const offset = tensor.rank - shape.length;
  const axes = tensor.shape.flatMap((size, axis) => {
    const original = axis < offset ? 1 : shape[axis - offset]!;
    return axis < offset || (original === 1 && size !== 1) ? [axis] : [];
  });
  return tensor.sum(axes).reshape(shape);
}
