/**
 * A program as the compiler sees it: a few kinds of nodes, each with contiguous storage, that see one another
 * through views. Reshapes, transposes, broadcasts and slices are views and cost nothing; convolutions become
 * windows and products.
 */
import {
  sizeOf,
  stridesOf,
  type Attributes,
  type Convolution,
  type Lowerings,
  type Program,
  type Shape,
} from '@ascent-rl/core';
import {
  broadcastView,
  isContiguous,
  isWhole,
  permuteView,
  reshapeView,
  sliceView,
  whole,
  type View,
} from './view.ts';
import { paddedShape, windows, windowShape } from './windows.ts';

/** Elementwise operations; `copy` moves. */
export type MapOperation =
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'abs'
  | 'tanh'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'max'
  | 'min'
  | 'less'
  | 'equal'
  | 'where'
  | 'copy';

/** A part of an assembled node: a copy of a view, to the elements offset + Σ i · stride. */
export interface Piece {
  readonly from: View;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** What computes a node. */
export type Operation =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'constant'; readonly data: ArrayLike<number> }
  | { readonly kind: 'map'; readonly operation: MapOperation; readonly operands: readonly View[] }
  | {
      readonly kind: 'reduce';
      readonly operation: 'sum' | 'max';
      readonly operand: View;
      readonly axes: readonly number[];
    }
  /** left [B, M, K] × right [B, K, N]; with `accumulate` the sum over B. */
  | { readonly kind: 'matmul'; readonly left: View; readonly right: View; readonly accumulate: boolean }
  | { readonly kind: 'gather'; readonly table: View; readonly index: View }
  | { readonly kind: 'scatterAdd'; readonly index: View; readonly updates: View }
  /** Pieces side by side; with `zeroed` over zeros, and then added to what is there when `accumulate`. */
  | {
      readonly kind: 'assemble';
      readonly pieces: readonly Piece[];
      readonly zeroed: boolean;
      readonly accumulate: boolean;
    };

/** A value in memory. */
export interface Node {
  readonly id: number;
  readonly shape: Shape;
  readonly operation: Operation;
}

/** A node of one kind. */
export type NodeOf<K extends Operation['kind']> = Node & {
  readonly operation: Extract<Operation, { kind: K }>;
};

/** Narrows a node to a kind. */
export function isKind<K extends Operation['kind']>(node: Node, kind: K): node is NodeOf<K> {
  return node.operation.kind === kind;
}

/** Nodes in an order in which they can be computed. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Node[];
  /** One view an output of the program. */
  readonly outputs: readonly View[];
}

/** The views that a node reads. */
export function operandsOf({ operation }: Node): readonly View[] {
  switch (operation.kind) {
    case 'map':
      return operation.operands;
    case 'reduce':
      return [operation.operand];
    case 'matmul':
      return [operation.left, operation.right];
    case 'gather':
      return [operation.table, operation.index];
    case 'scatterAdd':
      return [operation.index, operation.updates];
    case 'assemble':
      return operation.pieces.map(({ from }) => from);
    default:
      return [];
  }
}

/** Writes a program as a graph. */
export function buildGraph(program: Program): Graph {
  const nodes: Node[] = [];
  const add = (shape: Shape, operation: Operation): View => {
    const node = { id: nodes.length, shape, operation };
    nodes.push(node);
    return whole(node);
  };
  const map = (operation: MapOperation, shape: Shape, operands: readonly View[]) =>
    add(shape, { kind: 'map', operation, operands: operands.map((view) => broadcastView(view, shape)) });
  const contiguous = (view: View) => (isContiguous(view) ? view : map('copy', view.shape, [view]));
  const reshape = (view: View, shape: Shape) =>
    reshapeView(view, shape) ?? { ...map('copy', view.shape, [view]), shape, strides: stridesOf(shape) };
  const assemble = (shape: Shape, pieces: readonly Piece[], { zeroed = false, accumulate = false } = {}) =>
    add(shape, { kind: 'assemble', pieces, zeroed, accumulate });
  const pad = (view: View, before: readonly number[], shape: Shape) => {
    const strides = stridesOf(shape);
    const offset = before.reduce((sum, count, axis) => sum + count * strides[axis]!, 0);
    return assemble(shape, [{ from: view, offset, strides }], { zeroed: true });
  };
  const elementwise = (operation: MapOperation) => (operands: readonly View[], _: unknown, shape: Shape) =>
    map(operation, shape, operands);
  const reduce =
    (operation: 'sum' | 'max') =>
    ([operand]: readonly View[], { axes }: Attributes['sum'], shape: Shape) =>
      // One element is its own sum.
      axes.every((axis) => operand!.shape[axis] === 1)
        ? reshape(operand!, shape)
        : add(shape, { kind: 'reduce', operation, operand: operand!, axes });

  /** The image's windows as a matrix an image, [B, H·W, C·h·w], for filters [h, w] and results [H, W]. */
  const windowsOf = (
    image: View,
    filter: readonly number[],
    size: readonly number[],
    convolution: Convolution,
  ) => {
    const padded = paddedShape(image.shape, convolution.padding);
    const [top, , left] = convolution.padding;
    const source = convolution.padding.some((count) => count > 0)
      ? pad(image, [0, 0, top, left], padded)
      : image;
    const copy = map('copy', windowShape(image.shape, filter, size), [
      windows(source, filter, size, convolution),
    ]);
    return reshape(copy, [image.shape[0]!, sizeOf(size), image.shape[1]! * sizeOf(filter)]);
  };
  const product = (left: View, right: View, accumulate = false) => {
    const [batch, rows] = left.shape;
    const shape = [rows!, right.shape[2]!];
    return add(accumulate ? shape : [batch!, ...shape], { kind: 'matmul', left, right, accumulate });
  };
  const repeat = (matrix: View, batch: number) => broadcastView(matrix, [batch, ...matrix.shape]);
  const transpose = (view: View) => permuteView(view, [0, 2, 1]);

  const rules: Lowerings<View> = {
    neg: elementwise('neg'),
    exp: elementwise('exp'),
    log: elementwise('log'),
    sqrt: elementwise('sqrt'),
    abs: elementwise('abs'),
    tanh: elementwise('tanh'),
    add: elementwise('add'),
    sub: elementwise('sub'),
    mul: elementwise('mul'),
    div: elementwise('div'),
    max: elementwise('max'),
    min: elementwise('min'),
    less: elementwise('less'),
    equal: elementwise('equal'),
    where: elementwise('where'),
    matmul([left, right], { transposeLeft, transposeRight }, shape) {
      const batched = (view: View) => (view.shape.length === 2 ? repeat(view, 1) : view);
      const [a, b] = [batched(left!), batched(right!)];
      return reshape(product(transposeLeft ? transpose(a) : a, transposeRight ? transpose(b) : b), shape);
    },
    sum: reduce('sum'),
    maxOver: reduce('max'),
    reshape: ([view], { shape }) => reshape(view!, shape),
    permute: ([view], { axes }) => permuteView(view!, axes),
    broadcast: ([view], { shape }) => broadcastView(view!, shape),
    slice: ([view], { start }, shape) => sliceView(view!, start, shape),
    pad: ([view], { before }, shape) => pad(view!, before, shape),
    concat(views, { axis }, shape) {
      const strides = stridesOf(shape);
      let start = 0;
      const pieces = views.map((from) => {
        const piece = { from, offset: start * strides[axis]!, strides };
        start += from.shape[axis]!;
        return piece;
      });
      return assemble(shape, pieces);
    },
    gather: ([table, index], _, shape) =>
      add(shape, { kind: 'gather', table: contiguous(table!), index: index! }),
    scatterAdd: ([index, updates], _, shape) =>
      add(shape, { kind: 'scatterAdd', index: index!, updates: contiguous(updates!) }),
    conv2d([image, filter], convolution, shape) {
      const [batch, outputs, ...size] = shape as [number, number, number, number];
      const matrix = reshape(permuteView(filter!, [1, 2, 3, 0]), [sizeOf(filter!.shape.slice(1)), outputs]);
      const windowed = windowsOf(image!, filter!.shape.slice(2), size, convolution);
      const result = product(windowed, repeat(matrix, batch));
      return permuteView(reshape(result, [batch, ...size, outputs]), [0, 3, 1, 2]);
    },
    conv2dInputGradient([gradient, filter], convolution, shape) {
      const [outputs, ...patch] = filter!.shape;
      const [batch, , ...size] = gradient!.shape;
      const matrix = repeat(reshape(filter!, [outputs!, sizeOf(patch)]), batch!);
      const spread = product(transpose(reshape(gradient!, [batch!, outputs!, sizeOf(size)])), matrix);
      const padded = paddedShape(shape, convolution.padding);
      const place = windows(
        { ...spread, offset: 0, shape: padded, strides: stridesOf(padded) },
        patch.slice(1),
        size,
        convolution,
      );
      const from = reshape(spread, place.shape);
      const sum = assemble(padded, [{ from, offset: 0, strides: place.strides }], {
        zeroed: true,
        accumulate: true,
      });
      return sliceView(sum, [0, 0, convolution.padding[0], convolution.padding[2]], shape);
    },
    conv2dFilterGradient([image, gradient], convolution, shape) {
      const [batch, outputs, ...size] = gradient!.shape;
      const windowed = windowsOf(image!, shape.slice(2), size, convolution);
      const left = reshape(gradient!, [batch!, outputs!, sizeOf(size)]);
      return reshape(product(left, windowed, true), shape);
    },
    constant: (_, { shape, data }) => add(shape, { kind: 'constant', data }),
    iota(_, { axis }, shape) {
      const axisShape = shape.map((size, i) => (i === axis ? size : 1));
      const data = Float32Array.from({ length: shape[axis]! }, (_, i) => i);
      return broadcastView(add(axisShape, { kind: 'constant', data }), shape);
    },
    stopGradient: ([view]) => view!,
  };

  const values = program.inputs.map(({ shape }, index) => add(shape, { kind: 'input', index }));
  const inputs = values.map(({ node }) => node);
  for (const { primitive, inputs: operands, attributes, shape } of program.instructions) {
    const rule = rules[primitive] as (views: readonly View[], attributes: unknown, shape: Shape) => View;
    values.push(
      rule(
        operands.map((value) => values[value]!),
        attributes,
        shape,
      ),
    );
  }
  const taken = new Set<Node>();
  const outputs = program.outputs.map(({ value }) => {
    // An output is a computed node of its own: views and inputs that leave are copied first.
    const view = values[value]!;
    const own =
      isWhole(view) && !isKind(view.node, 'input') && !isKind(view.node, 'constant') && !taken.has(view.node);
    const output = own ? view : map('copy', view.shape, [view]);
    taken.add(output.node);
    return output;
  });
  return { nodes, inputs, outputs };
}
