/**
 * `Tensor`: an immutable node of an expression. It has a static shape and no values; values exist only where a
 * backend runs the program that {@link trace} makes of the expression.
 *
 * A node knows its operands and nothing else, so building expressions needs no global state: what an output does
 * not reach is simply not part of the program.
 */
import { ShapeError } from '../errors.ts';
import {
  inferShape,
  type Attributes,
  type Binary,
  type None,
  type Primitive,
  type Unary,
} from './primitives.ts';
import { formatShape, keepAxes, resolveAxis, sizeOf, type Shape } from './shape.ts';

/** A tensor, or a number that stands for a scalar constant. */
export type Operand = Tensor | number;

/** One axis, several, or (when absent) all of them. Negative axes count from the back. */
export type AxisArgument = number | readonly number[] | undefined;

const none: None = Object.freeze({});

/** A node of an expression: float32, static shape, immutable. Methods build new nodes. */
export class Tensor<P extends Primitive = Primitive> {
  /** What computes this node; `input` where a program's input enters. */
  readonly primitive: P | 'input';
  /** Operands, in the order of the primitive. */
  readonly inputs: readonly Tensor[];
  /** Static attributes of the primitive. */
  readonly attributes: Attributes[P];
  /** Sizes of the axes. */
  readonly shape: Shape;

  /** Use {@link node} or {@link input}, which infer and check the shape. */
  constructor(primitive: P | 'input', inputs: readonly Tensor[], attributes: Attributes[P], shape: Shape) {
    this.primitive = primitive;
    this.inputs = inputs;
    this.attributes = attributes;
    this.shape = shape;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** −x */
  neg(): Tensor {
    return unary('neg', this);
  }
  /** eˣ */
  exp(): Tensor {
    return unary('exp', this);
  }
  /** Natural logarithm; −∞ at 0, NaN below. */
  log(): Tensor {
    return unary('log', this);
  }
  /** √x; NaN below 0. */
  sqrt(): Tensor {
    return unary('sqrt', this);
  }
  /** |x|; derivative 0 at 0. */
  abs(): Tensor {
    return unary('abs', this);
  }
  /** Hyperbolic tangent. */
  tanh(): Tensor {
    return unary('tanh', this);
  }
  /** x² */
  square(): Tensor {
    return this.mul(this);
  }

  /** x + y, broadcasting. */
  add(other: Operand): Tensor {
    return binary('add', this, other);
  }
  /** x − y, broadcasting. */
  sub(other: Operand): Tensor {
    return binary('sub', this, other);
  }
  /** x · y elementwise, broadcasting. */
  mul(other: Operand): Tensor {
    return binary('mul', this, other);
  }
  /** x / y, broadcasting. */
  div(other: Operand): Tensor {
    return binary('div', this, other);
  }
  /** Elementwise maximum; NaN if either is NaN. Where both are equal the derivative goes to `other`. */
  max(other: Operand): Tensor {
    return binary('max', this, other);
  }
  /** Elementwise minimum; NaN if either is NaN. Where both are equal the derivative goes to `other`. */
  min(other: Operand): Tensor {
    return binary('min', this, other);
  }
  /** 1 where x < y, else 0. */
  less(other: Operand): Tensor {
    return binary('less', this, other);
  }
  /** 1 where x > y, else 0. */
  greater(other: Operand): Tensor {
    return toTensor(other).less(this);
  }
  /** 1 where x = y, else 0. */
  equal(other: Operand): Tensor {
    return binary('equal', this, other);
  }
  /** min(max(x, low), high). The derivative is 0 outside and at the limits. */
  clip(low: number, high: number): Tensor {
    return this.max(low).min(high);
  }

  /**
   * Matrix product [M, K] × [K, N] → [M, N], or with one equal batch axis in front of both.
   *
   * @throws ShapeError when the shapes do not fit.
   */
  matmul(
    right: Tensor,
    {
      transposeLeft = false,
      transposeRight = false,
    }: { transposeLeft?: boolean; transposeRight?: boolean } = {},
  ): Tensor {
    return node('matmul', [this, right], { transposeLeft, transposeRight });
  }

  /** Sum over axes (default: all), which vanish, or stay at size 1 with `keepAxes`. */
  sum(axes?: AxisArgument, options?: ReductionOptions): Tensor {
    return reduce('sum', this, axes, options);
  }
  /** Maximum over axes (default: all); ties share the derivative evenly. */
  maxOver(axes?: AxisArgument, options?: ReductionOptions): Tensor {
    return reduce('maxOver', this, axes, options);
  }
  /** Minimum over axes (default: all); ties share the derivative evenly. */
  minOver(axes?: AxisArgument, options?: ReductionOptions): Tensor {
    return this.neg().maxOver(axes, options).neg();
  }
  /** Mean over axes (default: all). The mean of nothing is NaN. */
  mean(axes?: AxisArgument, options?: ReductionOptions): Tensor {
    const sum = this.sum(axes, options);
    return sum.div(this.size === 0 ? 0 : this.size / sum.size);
  }
  /** Variance over axes (default: all): mean squared deviation, divided by n − `correction` (default 0). */
  variance(axes?: AxisArgument, options: ReductionOptions & { readonly correction?: number } = {}): Tensor {
    const deviation = this.sub(this.mean(axes, { keepAxes: true }));
    const sum = deviation.square().sum(axes, options);
    return sum.div(this.size / sum.size - (options.correction ?? 0));
  }

  /** The same elements, row-major, in another shape. One axis may be −1: it takes what remains. */
  reshape(shape: Shape): Tensor {
    const hole = shape.indexOf(-1);
    if (hole < 0) return node('reshape', [this], { shape });
    const rest = sizeOf(shape.filter((_, axis) => axis !== hole));
    if (rest === 0 || this.size % rest !== 0) {
      throw new ShapeError(`reshape: ${formatShape(this.shape)} does not fill ${formatShape(shape)}`);
    }
    return node('reshape', [this], {
      shape: shape.map((size, axis) => (axis === hole ? this.size / rest : size)),
    });
  }
  /** Drops an axis of size 1. */
  squeeze(axis: number): Tensor {
    const at = resolveAxis('squeeze', axis, this.shape);
    if (this.shape[at] !== 1) {
      throw new ShapeError(
        `squeeze: axis ${axis} of ${formatShape(this.shape)} has size ${this.shape[at]}, not 1`,
      );
    }
    return this.reshape(this.shape.filter((_, i) => i !== at));
  }
  /** Inserts an axis of size 1 in front of `axis`; −1 appends one. */
  expand(axis: number): Tensor {
    const at = resolveAxis('expand', axis, [...this.shape, 1]);
    return this.reshape([...this.shape.slice(0, at), 1, ...this.shape.slice(at)]);
  }
  /** Reorders axes: axis i of the result is axis `axes[i]` of this. */
  permute(axes: readonly number[]): Tensor {
    return node('permute', [this], { axes });
  }
  /** Swaps the last two axes. */
  transpose(): Tensor {
    const axes = this.shape.map((_, axis) => axis);
    return this.permute([...axes.slice(0, -2), this.rank - 1, this.rank - 2]);
  }
  /** Repeats axes of size 1 up to `shape`, as NumPy's broadcast_to. */
  broadcast(shape: Shape): Tensor {
    return node('broadcast', [this], { shape });
  }
  /** Elements `start` ≤ index < `stop` of one axis. Negative positions count from the end. */
  slice(axis: number, start: number, stop: number = this.shape.at(axis) ?? 0): Tensor {
    const at = resolveAxis('slice', axis, this.shape);
    const size = this.shape[at]!;
    const position = (value: number) => (value < 0 ? value + size : value);
    return node('slice', [this], {
      start: this.shape.map((_, i) => (i === at ? position(start) : 0)),
      stop: this.shape.map((axisSize, i) => (i === at ? position(stop) : axisSize)),
    });
  }
  /** Adds zeros before and after each axis. */
  pad(before: Shape, after: Shape): Tensor {
    return node('pad', [this], { before, after });
  }
  /** Rows of this table [N, …] by index [B] → [B, …]. Indices are whole numbers in [0, N). */
  gather(index: Tensor): Tensor {
    return node('gather', [this, index], none);
  }
  /** The same values, through which no derivative flows. */
  stopGradient(): Tensor {
    return node('stopGradient', [this], none);
  }
}

/** Options of a reduction. */
export interface ReductionOptions {
  /** Keep reduced axes at size 1, so that the result broadcasts against the operand. */
  readonly keepAxes?: boolean;
}

/** The node of a primitive. Throws ShapeError when the operands do not fit. */
export function node<P extends Primitive>(
  primitive: P,
  inputs: readonly Tensor[],
  attributes: Attributes[P],
): Tensor {
  const shape = inferShape(
    primitive,
    inputs.map((tensor) => tensor.shape),
    attributes,
  );
  return new Tensor<P>(primitive, inputs, attributes, shape);
}

/** A node that a program's input will fill. */
export function input(shape: Shape): Tensor {
  return new Tensor('input', [], none, shape);
}

/** A constant of the given shape (default: a vector of the data's length, or a scalar for a number). */
export function constant(data: number | ArrayLike<number>, shape?: Shape): Tensor {
  const array = typeof data === 'number' ? Float64Array.of(data) : Float64Array.from(data);
  return node('constant', [], {
    data: array,
    shape: shape ?? (typeof data === 'number' ? [] : [data.length]),
  });
}

/** The operand as a tensor; numbers become scalar constants. */
export function toTensor(value: Operand): Tensor {
  return typeof value === 'number' ? constant(value) : value;
}

function unary(primitive: Unary, x: Tensor): Tensor {
  return node(primitive, [x], none);
}

function binary(primitive: Binary, x: Tensor, y: Operand): Tensor {
  return node(primitive, [x, toTensor(y)], none);
}

function reduce(
  primitive: 'sum' | 'maxOver',
  x: Tensor,
  argument: AxisArgument,
  { keepAxes: keep = false }: ReductionOptions = {},
): Tensor {
  const given = argument === undefined ? x.shape.map((_, axis) => axis) : [argument].flat();
  const axes = [...new Set(given.map((axis) => resolveAxis(primitive, axis, x.shape)))].sort((a, b) => a - b);
  const result = node(primitive, [x], { axes });
  return keep ? result.reshape(keepAxes(x.shape, axes)) : result;
}
