/**
 * The primitive table: every operation that a program may contain, with its attributes and its shape rule.
 *
 * It is the whole instruction set, and its size is a promise: a backend is a compiler for these and nothing
 * else. To add one: a line in {@link Attributes}, a shape rule here, a derivative in `derivatives.ts`, a rule in
 * the reference interpreter and one in each backend. Those tables are total, so the compiler names what is missing.
 */
import { ShapeError } from '../errors.ts';
import { checkOutputGradient, convolutionShape, type Convolution } from './convolution.ts';
import {
  broadcastShapes,
  checkShape,
  formatShape,
  keepAxes,
  resolveAxis,
  sameShape,
  sizeOf,
  withoutAxes,
  type Shape,
} from './shape.ts';

export { convolutionSize, type Convolution } from './convolution.ts';

/** No attributes. */
export type None = Readonly<Record<never, never>>;
/** Axes of a reduction, ascending. */
export interface Axes {
  readonly axes: readonly number[];
}
/** The static attributes of each primitive. All values are float32 tensors, indices and masks too. */
export interface Attributes {
  // Elementwise, one operand.
  readonly neg: None;
  readonly exp: None;
  readonly log: None;
  readonly sqrt: None;
  readonly abs: None;
  readonly tanh: None;
  // Elementwise, broadcasting. max and min propagate NaN; less and equal give 0 or 1, and 0 for NaN.
  readonly add: None;
  readonly sub: None;
  readonly mul: None;
  readonly div: None;
  readonly max: None;
  readonly min: None;
  readonly less: None;
  readonly equal: None;
  /** where(condition, a, b): a where the condition is not 0, else b. */
  readonly where: None;
  /** [M, K] × [K, N], or with one equal batch axis in front; an operand may be stored transposed. */
  readonly matmul: { readonly transposeLeft: boolean; readonly transposeRight: boolean };
  // Reductions; the axes vanish. The sum of nothing is 0, the maximum of nothing −∞.
  readonly sum: Axes;
  readonly maxOver: Axes;
  // Shape.
  readonly reshape: { readonly shape: Shape };
  /** Axis i of the result is axis axes[i] of the operand. */
  readonly permute: Axes;
  readonly broadcast: { readonly shape: Shape };
  /** Elements start[i] ≤ index < stop[i] of each axis. */
  readonly slice: { readonly start: Shape; readonly stop: Shape };
  /** Zeros before and after each axis. */
  readonly pad: { readonly before: Shape; readonly after: Shape };
  readonly concat: { readonly axis: number };
  /**
   * gather(table [N, …], index [B]) → [B, …]: rows of the table. Indices are whole numbers in [0, N); for others a backend
   * may throw or take some row (on onnx −1 is the last, and 0.5 is row 0).
   */
  readonly gather: None;
  /** scatterAdd(index [B], updates [B, …]) → [rows, …]: adds each update to its row, from 0 on; indices as for gather. */
  readonly scatterAdd: { readonly rows: number };
  // Convolution: images [batch, channel, height, width], filters [out, in, height, width]. What an infinite or NaN weight
  // makes of the zeros around an image is undefined: some backends leave those products out.
  readonly conv2d: Convolution;
  /** (∂output, filter) → ∂image of the given [height, width]. */
  readonly conv2dInputGradient: Convolution & { readonly inputSize: readonly [number, number] };
  /** (image, ∂output) → ∂filter of the given [height, width]. */
  readonly conv2dFilterGradient: Convolution & { readonly filterSize: readonly [number, number] };
  // Sources.
  readonly constant: { readonly shape: Shape; readonly data: Float64Array };
  /** 0, 1, 2 … along one axis. */
  readonly iota: { readonly shape: Shape; readonly axis: number };
  /** The operand, with no derivative. */
  readonly stopGradient: None;
}

/** Name of a primitive. */
export type Primitive = keyof Attributes;

/** Elementwise primitives of one operand. */
export type Unary = 'neg' | 'exp' | 'log' | 'sqrt' | 'abs' | 'tanh';
/** Elementwise primitives of two operands. */
export type Binary = 'add' | 'sub' | 'mul' | 'div' | 'max' | 'min' | 'less' | 'equal';

type ShapeRule<P extends Primitive> = (operands: readonly Shape[], attributes: Attributes[P]) => Shape;

const unary = (operands: readonly Shape[]): Shape => operands[0]!;
const elementwise =
  (primitive: Primitive) =>
  (operands: readonly Shape[]): Shape =>
    broadcastShapes(primitive, ...operands);
const reduction =
  (primitive: Primitive) =>
  ([shape]: readonly Shape[], { axes }: Axes): Shape => {
    for (const axis of axes) resolveAxis(primitive, axis, shape!);
    return withoutAxes(shape!, axes);
  };

/** The shape of each primitive's result; throws ShapeError naming the operation and the shapes. */
const shapeRules: { readonly [P in Primitive]: ShapeRule<P> } = {
  neg: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  abs: unary,
  tanh: unary,
  add: elementwise('add'),
  sub: elementwise('sub'),
  mul: elementwise('mul'),
  div: elementwise('div'),
  max: elementwise('max'),
  min: elementwise('min'),
  less: elementwise('less'),
  equal: elementwise('equal'),
  where: elementwise('where'),
  matmul([left, right], { transposeLeft, transposeRight }) {
    const rank = left!.length;
    const [m, k] = lastTwo(left!, transposeLeft);
    const [k2, n] = lastTwo(right!, transposeRight);
    const fits = (rank === 2 || rank === 3) && right!.length === rank && k === k2;
    if (!fits || (rank === 3 && left![0] !== right![0])) {
      throw new ShapeError(
        `matmul: expected [M, K] × [K, N] or [B, M, K] × [B, K, N], got ${formatShape(left!)}` +
          `${transposeLeft ? ' transposed' : ''} × ${formatShape(right!)}${transposeRight ? ' transposed' : ''}`,
      );
    }
    return [...left!.slice(0, -2), m!, n!];
  },
  sum: reduction('sum'),
  maxOver: reduction('maxOver'),
  reshape([from], { shape }) {
    checkShape('reshape', shape);
    if (sizeOf(from!) !== sizeOf(shape)) {
      throw new ShapeError(
        `reshape: ${formatShape(from!)} has ${sizeOf(from!)} elements, ${formatShape(shape)} has ${sizeOf(shape)}`,
      );
    }
    return shape;
  },
  permute([from], { axes }) {
    const sorted = [...axes].sort((a, b) => a - b);
    if (axes.length !== from!.length || sorted.some((axis, i) => axis !== i)) {
      throw new ShapeError(
        `permute: ${formatShape(axes)} does not name each axis of ${formatShape(from!)} once`,
      );
    }
    return axes.map((axis) => from![axis]!);
  },
  broadcast([from], { shape }) {
    checkShape('broadcast', shape);
    const offset = shape.length - from!.length;
    if (offset < 0 || from!.some((axis, i) => axis !== 1 && axis !== shape[i + offset])) {
      throw new ShapeError(`broadcast: shape ${formatShape(from!)} does not extend to ${formatShape(shape)}`);
    }
    return shape;
  },
  slice([from], { start, stop }) {
    const isWhole = [...start, ...stop].every(Number.isInteger);
    const valid = (axis: number, i: number) => 0 <= start[i]! && start[i]! <= stop[i]! && stop[i]! <= axis;
    if (start.length !== from!.length || stop.length !== from!.length || !isWhole || !from!.every(valid)) {
      throw new ShapeError(
        `slice: ${formatShape(start)} to ${formatShape(stop)} does not lie within shape ${formatShape(from!)}` +
          (isWhole ? '' : ': positions are whole numbers'),
      );
    }
    return from!.map((_, i) => stop[i]! - start[i]!);
  },
  pad([from], { before, after }) {
    checkShape('pad', before);
    checkShape('pad', after);
    if (before.length !== from!.length || after.length !== from!.length) {
      throw new ShapeError(
        `pad: expected one number an axis of ${formatShape(from!)}, got ${formatShape(before)}, ${formatShape(after)}`,
      );
    }
    return from!.map((axis, i) => before[i]! + axis + after[i]!);
  },
  concat(operands, { axis }) {
    const first = operands[0];
    if (first === undefined) throw new ShapeError('concat: expected at least one operand, got none');
    resolveAxis('concat', axis, first);
    let total = 0;
    for (const shape of operands) {
      if (shape.length !== first.length || !sameShape(keepAxes(shape, [axis]), keepAxes(first, [axis]))) {
        throw new ShapeError(
          `concat: shapes ${formatShape(first)} and ${formatShape(shape)} differ outside axis ${axis}`,
        );
      }
      total += shape[axis]!;
    }
    return first.map((size, i) => (i === axis ? total : size));
  },
  gather([table, index]) {
    if (table!.length < 1 || index!.length !== 1) {
      throw new ShapeError(
        `gather: expected a table [N, …] and an index [B], got ${formatShape(table!)} and ${formatShape(index!)}`,
      );
    }
    return [index![0]!, ...table!.slice(1)];
  },
  scatterAdd([index, updates], { rows }) {
    if (index!.length !== 1 || updates!.length < 1 || updates![0] !== index![0]) {
      throw new ShapeError(
        `scatterAdd: expected an index [B] and updates [B, …], got ${formatShape(index!)} and ${formatShape(updates!)}`,
      );
    }
    checkShape('scatterAdd', [rows]);
    return [rows, ...updates!.slice(1)];
  },
  conv2d: ([image, filter], attributes) => convolutionShape(image!, filter!, attributes),
  conv2dInputGradient([outputGradient, filter], attributes) {
    const image = [outputGradient![0]!, filter![1]!, ...attributes.inputSize];
    checkOutputGradient('conv2dInputGradient', outputGradient!, image, filter!, attributes);
    return image;
  },
  conv2dFilterGradient([image, outputGradient], attributes) {
    const filter = [outputGradient![1]!, image![1]!, ...attributes.filterSize];
    checkOutputGradient('conv2dFilterGradient', outputGradient!, image!, filter, attributes);
    return filter;
  },
  constant(_, { shape, data }) {
    checkShape('constant', shape);
    if (data.length !== sizeOf(shape)) {
      throw new ShapeError(
        `constant: shape ${formatShape(shape)} needs ${sizeOf(shape)} numbers, got ${data.length}`,
      );
    }
    return shape;
  },
  iota(_, { shape, axis }) {
    checkShape('iota', shape);
    resolveAxis('iota', axis, shape);
    return shape;
  },
  stopGradient: unary,
};

/** Every primitive's name, in the order of the table. */
export const primitives: readonly Primitive[] = Object.freeze(Object.keys(shapeRules) as Primitive[]);

/** The shape of a primitive's result. Throws ShapeError when the operands do not fit. */
export function inferShape<P extends Primitive>(
  primitive: P,
  operands: readonly Shape[],
  attributes: Attributes[P],
): Shape {
  return (shapeRules[primitive] as ShapeRule<P>)(operands, attributes);
}

function lastTwo(shape: Shape, transposed: boolean): [number | undefined, number | undefined] {
  const [rows, columns] = [shape.at(-2), shape.at(-1)];
  return transposed ? [columns, rows] : [rows, columns];
}
