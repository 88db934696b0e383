/**
 * The rule of each primitive: which kernels of TensorFlow.js it becomes. The meaning is that of the reference
 * interpreter; rules never see a result or an operand without elements (see `empty.ts`).
 */
import { sameShape, sizeOf, type Lowerings, type None, type Shape } from '@ascent-rl/core';
import { kernels as reference } from '@ascent-rl/core/reference';
import { convolutionRules } from './convolution.ts';
import { matrixRules } from './matrix.ts';
import type { Planner, Value } from './plan.ts';

type Operands = readonly Value[];

/** The rules that write into a plan. Operands are float32; only the condition of `where` may be a truth value. */
export function lowerings(planner: Planner): Lowerings<Value> {
  const { kernel, constant, traits } = planner;
  const one = (name: string, x: Value, attributes = {}) => kernel(name, { x }, x.shape, attributes);
  const two = (name: string, a: Value, b: Value, shape: Shape) => kernel(name, { a, b }, shape);
  const number = (x: number) => constant([x], []);
  const ones = (shape: Shape) => constant(new Float32Array(sizeOf(shape)).fill(1), shape);

  const unary =
    (name: string) =>
    ([x]: Operands) =>
      one(name, x!);
  const binary =
    (name: string) =>
    ([a, b]: Operands, _: None, shape: Shape) =>
      two(name, a!, b!, shape);

  const extremum =
    (name: 'Maximum' | 'Minimum') =>
    ([a, b]: Operands, _: None, shape: Shape): Value => {
      if (!traits.overlooksNaN) return two(name, a!, b!, shape);
      // Only a NaN of the first operand comes through; the second's is added, as its step times 0.
      const [x, y] = isNumber(a!) ? [b!, a!] : [a!, b!];
      if (name === 'Maximum' && isZero(y) && isLarge(x.shape))
        return two('Add', one('Relu', x), zeroOrNaN(x), shape);
      const result = two(name, x, y, shape);
      return isNumber(y) ? result : two('Add', result, zeroOrNaN(y), shape);
    };
  const zeroOrNaN = (x: Value) => two('Multiply', step(x, 0), number(0), x.shape);
  /** 1 above 0 and `otherwise` elsewhere; NaN for NaN. */
  const step = (x: Value, otherwise: number) => one('Step', x, { alpha: otherwise });

  function less([a, b]: Operands, _: None, shape: Shape): Value {
    if (!traits.slowComparisons || !isLarge(shape)) {
      return kernel('Less', { a: a!, b: b! }, shape, {}, 'bool');
    }
    const difference = isZero(a!) && sameShape(b!.shape, shape) ? b! : two('Sub', b!, a!, shape);
    // The step of NaN (of an operand, or of ∞ − ∞) is NaN, which is no number and so false.
    return kernel('Cast', { x: step(difference, 0) }, shape, { dtype: 'bool' }, 'bool');
  }

  /** tanh |x| = −u / (2 + u) with u = e^(−2|x|) − 1, which elu gives exactly near 0. */
  function tanh([x]: Operands): Value {
    if (!traits.slowTanh) return one('Tanh', x!);
    const { shape } = x!;
    const u = one('Elu', two('Multiply', one('Abs', x!), number(-2), shape));
    const magnitude = two('RealDiv', u, two('Sub', number(-2), u, shape), shape);
    return two('Multiply', magnitude, step(x!, -1), shape);
  }

  function where([condition, a, b]: Operands, _: None, shape: Shape): Value {
    const mask =
      condition!.type === 'bool'
        ? condition!
        : kernel('NotEqual', { a: condition!, b: number(0) }, condition!.shape, {}, 'bool');
    const full = sameShape(mask.shape, shape)
      ? mask
      : kernel('Cast', { x: expand(asFloat(planner, mask), shape) }, shape, { dtype: 'bool' }, 'bool');
    return kernel('Select', { condition: full, t: expand(a!, shape), e: expand(b!, shape) }, shape);
  }

  /** Broadcasting: by arithmetic, since the kernel for it (Tile) is slow. */
  function expand(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    if (x.data === undefined) return two('Multiply', x, ones(shape), shape);
    const data = new Float32Array(sizeOf(shape));
    reference.broadcast([{ shape: x.shape, data: Float32Array.from(x.data) }], { shape }, { shape, data })();
    return constant(data, shape);
  }

  function reshape(x: Value, shape: Shape): Value {
    if (traits.reshapesFreely || sameShape(x.shape, shape)) return { ...x, shape };
    return kernel('Reshape', { x }, shape, { shape }, x.type);
  }

  const integers = (x: Value) => kernel('Cast', { x }, x.shape, { dtype: 'int32' }, 'int32');

  return {
    neg: unary('Neg'),
    exp: unary('Exp'),
    log: unary('Log'),
    sqrt: unary('Sqrt'),
    abs: unary('Abs'),
    tanh,
    add: binary('Add'),
    sub: binary('Sub'),
    mul: ([a, b], _, shape) => (a === b ? one('Square', a!) : two('Multiply', a!, b!, shape)),
    div: binary('RealDiv'),
    max: extremum('Maximum'),
    min: extremum('Minimum'),
    less,
    equal: ([a, b], _, shape) => kernel('Equal', { a: a!, b: b! }, shape, {}, 'bool'),
    where,

    ...matrixRules(planner),
    maxOver: ([x], { axes }, shape) =>
      axes.length === 0 ? x! : kernel('Max', { x: x! }, shape, { reductionIndices: axes, keepDims: false }),

    reshape: ([x], { shape }) => reshape(x!, shape),
    permute: ([x], { axes }, shape) =>
      axes.every((axis, i) => axis === i) ? x! : kernel('Transpose', { x: x! }, shape, { perm: axes }),
    broadcast: ([x], { shape }) => expand(x!, shape),
    slice: ([x], { start }, shape) =>
      shape.length === 0 ? x! : kernel('Slice', { x: x! }, shape, { begin: start, size: shape }),
    pad([x], { before, after }, shape) {
      if (shape.length === 0) return x!;
      const paddings = before.map((count, axis) => [count, after[axis]!]);
      return kernel('PadV2', { x: x! }, shape, { paddings, constantValue: 0 });
    },
    concat: (inputs, { axis }, shape) =>
      inputs.length === 1 ? inputs[0]! : kernel('Concat', inputs, shape, { axis }),
    gather: ([table, index], _, shape) =>
      kernel('GatherV2', { x: table!, indices: integers(index!) }, shape, { axis: 0, batchDims: 0 }),
    scatterAdd([index, updates], _, shape) {
      const indices = reshape(integers(index!), [index!.shape[0]!, 1]);
      return kernel('ScatterNd', { indices, updates: updates! }, shape, { shape });
    },
    ...convolutionRules(planner),

    constant: (_, { data, shape }) => constant(Float32Array.from(data), shape),
    iota(_, attributes, shape) {
      const data = new Float32Array(sizeOf(shape));
      reference.iota([], attributes, { shape, data })();
      return constant(data, shape);
    },
    stopGradient: ([x]) => x!,
  };
}

/** Where comparing costs more than the further calls of its replacement. */
function isLarge(shape: Shape): boolean {
  return sizeOf(shape) >= 1024;
}

/** Truth values as 0 and 1. */
export function asFloat({ kernel }: Planner, x: Value): Value {
  return x.type === 'float32' ? x : kernel('Cast', { x }, x.shape, { dtype: 'float32' });
}

function isNumber({ data }: Value): boolean {
  return data?.length === 1 && !Number.isNaN(data[0]);
}

function isZero(x: Value): boolean {
  return isNumber(x) && x.data![0] === 0;
}
