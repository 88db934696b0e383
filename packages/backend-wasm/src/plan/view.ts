/** Views: how an operation sees a value that is stored in memory, without a copy. */
import { sizeOf, stridesOf, type Shape } from '@ascent-rl/core';
import type { Node } from './graph.ts';

/** Element [i…] of a view is element offset + Σ i · stride of the node's own, contiguous storage. */
export interface View {
  readonly node: Node;
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

/** The whole of a node. */
export function whole(node: Node): View {
  return { node, offset: 0, shape: node.shape, strides: stridesOf(node.shape) };
}

/** True when the view's elements lie one after the other. */
export function isContiguous({ shape, strides }: View): boolean {
  const expected = stridesOf(shape);
  return sizeOf(shape) === 0 || shape.every((size, axis) => size === 1 || strides[axis] === expected[axis]);
}

/** True when the view is the whole node in its own order, whatever axes of size 1 either has. */
export function isWhole(view: View): boolean {
  return view.offset === 0 && sizeOf(view.shape) === sizeOf(view.node.shape) && isContiguous(view);
}

/** Axes of size 1 dropped: shapes that a loop walks alike. */
export function walkOf(shape: Shape): string {
  return shape.filter((size) => size !== 1).join('x');
}

/** Broadcasts, as elementwise operations do: axes are aligned at the end. */
export function broadcastView(view: View, shape: Shape): View {
  const missing = shape.length - view.shape.length;
  const strides = shape.map((_, axis) =>
    axis < missing || view.shape[axis - missing] === 1 ? 0 : view.strides[axis - missing]!,
  );
  return { ...view, shape, strides };
}

/** Axis i of the result is axis axes[i] of the view. */
export function permuteView(view: View, axes: readonly number[]): View {
  return {
    ...view,
    shape: axes.map((axis) => view.shape[axis]!),
    strides: axes.map((axis) => view.strides[axis]!),
  };
}

/** Elements from `start` on, of the given shape. */
export function sliceView(view: View, start: readonly number[], shape: Shape): View {
  const offset = start.reduce((sum, first, axis) => sum + first * view.strides[axis]!, view.offset);
  return { ...view, offset, shape };
}

/** The view in another shape, or nothing when that needs a copy. */
export function reshapeView(view: View, shape: Shape): View | undefined {
  if (sizeOf(shape) === 0) return { ...view, shape, strides: stridesOf(shape) };
  const from = view.shape
    .map((size, axis) => ({ size, stride: view.strides[axis]! }))
    .filter(({ size }) => size > 1);
  const strides = new Array<number>(shape.length).fill(0);
  let axis = shape.length - 1;
  // From the back: a run of old axes that merge is split into new axes.
  for (let last = from.length - 1; last >= 0;) {
    let run = from[last]!.size;
    let stride = from[last]!.stride;
    let wanted = 1;
    const first = axis;
    for (;;) {
      while (axis >= 0 && wanted * shape[axis]! <= run) wanted *= shape[axis--]!;
      if (wanted === run) break;
      const next = from[--last];
      if (next === undefined || next.stride !== from[last + 1]!.stride * from[last + 1]!.size)
        return undefined;
      run *= next.size;
    }
    for (let at = first; at > axis; at--) {
      strides[at] = stride;
      stride *= shape[at]!;
    }
    last -= 1;
  }
  return { ...view, shape, strides };
}
