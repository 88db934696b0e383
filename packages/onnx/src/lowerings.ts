/**
 * The rule of each primitive: which ONNX operators it becomes. Operators are those of opset 15
 * (https://onnx.ai/onnx/operators/); the meaning is that of the reference interpreter.
 *
 * Rules never see a result or an operand without elements: `program.ts` answers those, on which engines disagree.
 */
import { sameShape, type Lowerings, type None, type Shape } from '@ascent-rl/core';
import { convolutionRules } from './convolution.ts';
import type { GraphWriter, Value } from './graph.ts';
import { elementType } from './schema.ts';

/** The rules that write into a graph, for an opset (15 to 17). */
export function lowerings(graph: GraphWriter, opset: number): Lowerings<Value> {
  const { node, floats, integers } = graph;
  /** Comparisons' own results, of type bool, by their float's name: `where` takes them as they are. */
  const masks = new Map<string, Value>();

  const cast = (x: Value, to: number) => node('Cast', [x], x.shape, { to });
  const elementwise = (opType: string) => (inputs: readonly Value[], _: None, shape: Shape) =>
    node(opType, inputs, shape);
  const comparison = (opType: string) => (inputs: readonly Value[], _: None, shape: Shape) => {
    const mask = node(opType, inputs, shape);
    const value = cast(mask, elementType.float);
    masks.set(value.name, mask);
    return value;
  };
  const expand = (x: Value, shape: Shape) => node('Expand', [x, integers(shape)], shape);
  const transpose = (x: Value, axes: readonly number[]) =>
    node(
      'Transpose',
      [x],
      axes.map((axis) => x.shape[axis]!),
      { perm: axes },
    );
  const reshape = (x: Value, shape: Shape) => node('Reshape', [x, target(shape)], shape);
  /** One symbolic size can be left to Reshape, which calls it −1 too. */
  const target = (shape: Shape) =>
    shape.filter((size) => size < 0).length === 1
      ? graph.constantIntegers(shape.map((size) => Math.max(size, -1)))
      : integers(shape);

  const sum = (x: Value, axes: readonly number[]) => {
    // Over no axes ReduceSum would reduce over all; so would ReduceMax.
    if (axes.length === 0) return x;
    const [rows] = x.shape;
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    // Σ over rows, as in a bias' gradient: a product with ones is up to five times faster in ONNX Runtime.
    return x.shape.length === 2 && sameShape(axes, [0]) && rows! > 0
      ? node('MatMul', [floats(new Float32Array(rows!).fill(1), [rows!]), x], shape)
      : node('ReduceSum', [x, integers(axes)], shape, { keepdims: 0 });
  };

  return {
    neg: elementwise('Neg'),
    exp: elementwise('Exp'),
    log: elementwise('Log'),
    sqrt: elementwise('Sqrt'),
    abs: elementwise('Abs'),
    tanh: elementwise('Tanh'),
    add: elementwise('Add'),
    sub: elementwise('Sub'),
    mul: elementwise('Mul'),
    div: elementwise('Div'),
    max: elementwise('Max'),
    min: elementwise('Min'),
    less: comparison('Less'),
    equal: comparison('Equal'),
    where: ([condition, a, b], _, shape) =>
      node('Where', [masks.get(condition!.name) ?? cast(condition!, elementType.bool), a!, b!], shape),

    matmul([left, right], { transposeLeft, transposeRight }, shape) {
      if (!transposeLeft && !transposeRight) return node('MatMul', [left!, right!], shape);
      if (shape.length === 2) {
        return node('Gemm', [left!, right!], shape, { transA: +transposeLeft, transB: +transposeRight });
      }
      const a = transposeLeft ? transpose(left!, [0, 2, 1]) : left!;
      const b = transposeRight ? transpose(right!, [0, 2, 1]) : right!;
      return node('MatMul', [a, b], shape);
    },

    sum: ([x], { axes }) => sum(x!, axes),
    maxOver([x], { axes }, shape) {
      if (axes.length === 0) return x!;
      const maximum = node('ReduceMax', [x!], shape, { axes, keepdims: 0 });
      // ReduceMax may overlook NaN (ONNX Runtime's does). Max and Min don't: this is 0, or NaN where x has one.
      const zeroOrNaN = node(
        'Max',
        [node('Min', [x!, floats([0], [])], x!.shape), floats([0], [])],
        x!.shape,
      );
      return node('Add', [maximum, sum(zeroOrNaN, axes)], shape);
    },

    reshape: ([x], { shape }) => reshape(x!, shape),
    permute: ([x], { axes }) => transpose(x!, axes),
    broadcast: ([x], { shape }) => expand(x!, shape),
    slice([x], { start, stop }, shape) {
      const axes = shape.flatMap((_, axis) =>
        start[axis] !== 0 || stop[axis] !== x!.shape[axis] ? [axis] : [],
      );
      if (axes.length === 0) return x!;
      const positions = (all: Shape) => integers(axes.map((axis) => all[axis]!));
      return node('Slice', [x!, positions(start), positions(stop), integers(axes)], shape);
    },
    pad: ([x], { before, after }, shape) =>
      shape.length === 0 ? x! : node('Pad', [x!, integers([...before, ...after])], shape),
    concat: (inputs, { axis }, shape) =>
      inputs.length === 1 ? inputs[0]! : node('Concat', inputs, shape, { axis }),
    gather: ([table, index], _, shape) =>
      node('Gather', [table!, cast(index!, elementType.int64)], shape, { axis: 0 }),
    scatterAdd([index, updates], { rows }, shape) {
      const column = [index!.shape[0]!, ...shape.slice(1).map(() => 1)];
      if (opset >= 16) {
        const at = expand(reshape(cast(index!, elementType.int64), column), updates!.shape);
        const zeros = expand(floats([0], []), shape);
        return node('ScatterElements', [zeros, at, updates!], shape, { axis: 0, reduction: 'add' });
      }
      // Σ over b of where(index[b] = row, updates[b], 0): a one-hot product would spread NaN over all rows.
      const numbers = floats(
        Array.from({ length: rows }, (_, row) => row),
        [rows, ...column.map(() => 1)],
      );
      const chosen = node('Equal', [reshape(index!, column), numbers], [rows, ...column]);
      const spread = node('Where', [chosen, updates!, floats([0], [])], [rows, ...updates!.shape]);
      return sum(spread, [1]);
    },
    ...convolutionRules(graph),

    constant: (_, { data, shape }) => floats(data, shape),
    iota(_, { shape, axis }) {
      const counts = Array.from({ length: shape[axis]! }, (_, i) => i);
      const line = floats(
        counts,
        shape.map((size, i) => (i === axis ? size : 1)),
      );
      return shape.some((size, i) => i !== axis && size !== 1) ? expand(line, shape) : line;
    },
    stopGradient: ([x]) => x!,
  };
}
