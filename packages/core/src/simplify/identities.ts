/**
 * Algebraic identities: for each primitive, when an operation equals something simpler.
 *
 * A rule returns the simpler tensor, or nothing. Rules never drop the NaN or ∞ of an operand (so x · 0 stays). They may
 * change the sign of a zero and, by folding factors, the last bit, and keep a result finite and not 0 that left the
 * range of float32 only on the way: x · 10²⁰ · 10⁻¹⁵ becomes x · 10⁵, which at x = 10³⁰ is 10³⁵ instead of ∞.
 */
import type { Attributes, None, Primitive, Unary } from '../tensor/primitives.ts';
import { sameShape, sizeOf, type Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Builds a simplified node. */
export type Build = <P extends Primitive>(
  primitive: P,
  inputs: readonly Tensor[],
  attributes: Attributes[P],
) => Tensor;

type Identity<P extends Primitive> = (
  inputs: readonly Tensor[],
  attributes: Attributes[P],
  build: Build,
) => Tensor | undefined;

/** The simpler equal of an operation, where one is known. */
export function rewrite<P extends Primitive>(
  primitive: P,
  inputs: readonly Tensor[],
  attributes: Attributes[P],
  build: Build,
): Tensor | undefined {
  const dropped = dropBroadcasts(primitive, inputs);
  if (dropped !== undefined) return build(primitive, dropped, attributes);
  return identities[primitive]?.(inputs, attributes, build);
}

const unary =
  (primitive: Unary) =>
  ([x]: readonly Tensor[], attributes: None, build: Build) =>
    // What is equal everywhere is computed once, then repeated.
    is(x!, 'broadcast')
      ? build('broadcast', [build(primitive, x.inputs, attributes)], x.attributes)
      : undefined;

const identities: { readonly [P in Primitive]?: Identity<P> } = {
  neg: (inputs, attributes, build) =>
    is(inputs[0]!, 'neg') ? inputs[0].inputs[0] : unary('neg')(inputs, attributes, build),
  exp: unary('exp'),
  log: unary('log'),
  sqrt: unary('sqrt'),
  abs: unary('abs'),
  tanh: unary('tanh'),

  add([x, y], attributes, build) {
    if (x === y) return build('mul', [x!, scalarConstant(2, build)], attributes);
    if (scalar(x!) !== undefined && scalar(y!) === undefined) return build('add', [y!, x!], attributes);
    if (scalar(y!) === 0 && fitsInto(y!, x!)) return x;
    if (is(y!, 'neg')) return build('sub', [x!, y.inputs[0]!], attributes);
    if (is(x!, 'neg')) return build('sub', [y!, x.inputs[0]!], attributes);
    return undefined;
  },
  sub([x, y], attributes, build) {
    if (scalar(y!) === 0 && fitsInto(y!, x!)) return x;
    return is(y!, 'neg') ? build('add', [x!, y.inputs[0]!], attributes) : undefined;
  },
  mul([x, y], attributes, build) {
    if (scalar(x!) !== undefined && scalar(y!) === undefined) return build('mul', [y!, x!], attributes);
    const factor = scalar(y!);
    if (factor === undefined || !fitsInto(y!, x!)) return undefined;
    if (factor === 1) return x;
    if (factor === -1) return build('neg', [x!], attributes);
    if (is(x!, 'neg')) return build('mul', [x.inputs[0]!, scalarConstant(-factor, build)], attributes);
    const inner = is(x!, 'mul') ? scalar(x.inputs[1]!) : undefined;
    if (inner === undefined || !isModerate(inner * factor) || !fitsInto(x!.inputs[1]!, x!.inputs[0]!))
      return undefined;
    return build('mul', [x!.inputs[0]!, scalarConstant(inner * factor, build)], attributes);
  },
  div([x, y], attributes, build) {
    const divisor = scalar(y!);
    if (divisor === undefined || !isModerate(divisor)) return undefined;
    return build(
      'mul',
      [x!, scalarConstant(1 / divisor, build, fitsInto(y!, x!) ? [] : y!.shape)],
      attributes,
    );
  },
  max: ([x, y]) => (x === y ? x : undefined),
  min: ([x, y]) => (x === y ? x : undefined),
  where: ([condition, x, y]) => (x === y && fitsInto(condition!, x!) ? x : undefined),

  matmul([left, right], { transposeLeft, transposeRight }, build) {
    if (swapsLastTwo(left!)) {
      return build('matmul', [left.inputs[0]!, right!], { transposeLeft: !transposeLeft, transposeRight });
    }
    if (swapsLastTwo(right!)) {
      return build('matmul', [left!, right.inputs[0]!], { transposeLeft, transposeRight: !transposeRight });
    }
    return undefined;
  },

  sum: ([x], { axes }, build) => reduceOnes(x!, axes, build),
  maxOver: ([x], { axes }, build) => reduceOnes(x!, axes, build),

  reshape([x], { shape }, build) {
    if (sameShape(x!.shape, shape)) return x;
    return is(x!, 'reshape') ? build('reshape', x.inputs, { shape }) : undefined;
  },
  permute([x], { axes }, build) {
    if (axes.every((axis, i) => axis === i)) return x;
    if (is(x!, 'permute')) {
      const inner = x.attributes.axes;
      return build('permute', x.inputs, { axes: axes.map((axis) => inner[axis]!) });
    }
    const moved = axes.filter((axis) => x!.shape[axis] !== 1);
    if (moved.some((axis, i) => i > 0 && axis < moved[i - 1]!)) return undefined;
    return build('reshape', [x!], { shape: axes.map((axis) => x!.shape[axis]!) });
  },
  broadcast([x], { shape }, build) {
    if (x!.size === sizeOf(shape)) return build('reshape', [x!], { shape });
    if (is(x!, 'broadcast')) return build('broadcast', x.inputs, { shape });
    // A scalar needs no axes of its own to be repeated.
    return x!.size === 1 && x!.rank > 0
      ? build('broadcast', [build('reshape', [x!], { shape: [] })], { shape })
      : undefined;
  },
  slice([x], { start, stop }, build) {
    if (start.every((first, axis) => first === 0 && stop[axis] === x!.shape[axis])) return x;
    if (is(x!, 'slice')) {
      const offset = x.attributes.start;
      const shift = (positions: Shape) => positions.map((position, axis) => position + offset[axis]!);
      return build('slice', x.inputs, { start: shift(start), stop: shift(stop) });
    }
    return is(x!, 'concat') ? sliceOfConcat(x, start, stop, build) : undefined;
  },
  pad: ([x], { before, after }) => ([...before, ...after].every((count) => count === 0) ? x : undefined),
  concat(inputs, { axis }, build) {
    if (inputs.length === 1) return inputs[0];
    const first = inputs[0]!;
    if (!is(first, 'slice')) return undefined;
    // Neighbouring slices of one tensor make one slice again: unpacking then packing parameters costs nothing.
    const source = first.inputs[0];
    let end = first.attributes.start[axis]!;
    for (const part of inputs) {
      if (!is(part, 'slice') || part.inputs[0] !== source || part.attributes.start[axis] !== end)
        return undefined;
      const { start, stop } = part.attributes;
      if (start.some((position, i) => i !== axis && position !== first.attributes.start[i])) return undefined;
      end = stop[axis]!;
    }
    const stop = first.attributes.stop.map((position, i) => (i === axis ? end : position));
    return build('slice', [source!], { start: first.attributes.start, stop });
  },

  stopGradient: ([x]) => x,
};

const elementwise = new Set<Primitive>(['add', 'sub', 'mul', 'div', 'max', 'min', 'less', 'equal', 'where']);

/** Elementwise operations broadcast by themselves: operands in front of the repetition, if the result stays the same. */
function dropBroadcasts(primitive: Primitive, inputs: readonly Tensor[]): Tensor[] | undefined {
  if (!elementwise.has(primitive)) return undefined;
  const at = inputs.findIndex((operand, i) => {
    if (!is(operand, 'broadcast') || operand.inputs[0]!.rank > operand.rank) return false;
    const determines = (other: Tensor) => inputs.every((input) => fitsInto(input, other));
    return inputs.some((other, j) => j !== i && sameShape(other.shape, operand.shape) && determines(other));
  });
  return at < 0 ? undefined : inputs.map((operand, i) => (i === at ? operand.inputs[0]! : operand));
}

function reduceOnes(x: Tensor, axes: readonly number[], build: Build): Tensor | undefined {
  if (!axes.every((axis) => x.shape[axis] === 1)) return undefined;
  return build('reshape', [x], { shape: x.shape.filter((_, axis) => !axes.includes(axis)) });
}

function sliceOfConcat(
  joined: Tensor<'concat'>,
  start: Shape,
  stop: Shape,
  build: Build,
): Tensor | undefined {
  const { axis } = joined.attributes;
  let offset = 0;
  for (const part of joined.inputs) {
    const end = offset + part.shape[axis]!;
    if (start[axis]! >= offset && stop[axis]! <= end) {
      const shift = (positions: Shape) =>
        positions.map((position, i) => (i === axis ? position - offset : position));
      return build('slice', [part], { start: shift(start), stop: shift(stop) });
    }
    offset = end;
  }
  return undefined;
}

function is<P extends Primitive>(tensor: Tensor, primitive: P): tensor is Tensor<P> {
  return tensor.primitive === primitive;
}

/** The number that a constant holds everywhere, repeated or not. */
function scalar(tensor: Tensor): number | undefined {
  if (is(tensor, 'broadcast')) return scalar(tensor.inputs[0]!);
  if (!is(tensor, 'constant')) return undefined;
  const { data } = tensor.attributes;
  return data.length > 0 && data.every((x) => x === data[0]) ? data[0] : undefined;
}

function scalarConstant(value: number, build: Build, shape: Shape = []): Tensor {
  return build('constant', [], { shape, data: new Float64Array(sizeOf(shape)).fill(value) });
}

/** True when combining the two leaves the shape of `larger`. */
function fitsInto(smaller: Tensor, larger: Tensor): boolean {
  const offset = larger.rank - smaller.rank;
  return (
    offset >= 0 && smaller.shape.every((size, axis) => size === 1 || size === larger.shape[axis + offset])
  );
}

/** A factor whose reciprocal and products stay far from the ends of float32. */
function isModerate(factor: number): boolean {
  return Math.abs(factor) > 1e-30 && Math.abs(factor) < 1e30;
}

function swapsLastTwo(tensor: Tensor): tensor is Tensor<'permute'> {
  if (!is(tensor, 'permute')) return false;
  const { axes } = tensor.attributes;
  const last = axes.length - 1;
  return axes.every((axis, i) => axis === (i === last ? last - 1 : i === last - 1 ? last : i));
}
