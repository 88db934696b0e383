/** What each ONNX operator that a policy consists of means, as operations on tensors: `lowerings.ts` backwards. */
import { concat, conv2d, Tensor, where, type Shape } from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';
import { elementType } from './schema.ts';

/** Whole numbers that are known when reading: sizes, positions, axes. */
interface Integers {
  readonly integers: readonly number[];
}

/** Numbers cast to indices or truth values, which only Gather and Where take: rounding is left to them. */
interface Selector {
  readonly selector: Tensor;
}

/** A value of the graph. Results of comparisons are tensors of 0 and 1, as everywhere here. */
export type Read = Tensor | Integers | Selector;

/** Attributes by name. */
export type AttributeValues = Readonly<Record<string, number | readonly number[]>>;

/** What an operator means in the form in which `lowerings.ts` writes it; in other forms it is not read. */
export interface Operator {
  /** How many operands it has; where it is left out, any number from 1 on. */
  readonly operands?: number;
  /** The attributes it has, each with the numbers that it may be; `any` leaves them open. */
  readonly attributes?: Readonly<Record<string, 'any' | readonly number[]>>;
  /** Attributes that it may have. */
  readonly optional?: readonly string[];
  readonly read: (inputs: readonly Read[], attributes: AttributeValues) => Read;
}

/** An operator on tensors only. */
function onTensors(
  operands: number,
  read: (inputs: readonly [Tensor, Tensor, Tensor], attributes: AttributeValues) => Tensor,
  rest: Pick<Operator, 'attributes' | 'optional'> = {},
): Operator {
  return {
    operands,
    read: (inputs, attributes) => read(inputs.map(tensorOf) as [Tensor, Tensor, Tensor], attributes),
    ...rest,
  };
}
const unary = (read: (x: Tensor) => Tensor) => onTensors(1, ([x]) => read(x));
const binary = (read: (a: Tensor, b: Tensor) => Tensor) =>
  onTensors(2, (inputs) => {
    const [a, b] = ofOneRank(inputs);
    return read(a!, b!);
  });
const multiply = binary((a, b) => a.mul(b));

/** Every operator, by name. */
export const operators: Readonly<Record<string, Operator>> = {
  Neg: unary((x) => x.neg()),
  Exp: unary((x) => x.exp()),
  Log: unary((x) => x.log()),
  Sqrt: unary((x) => x.sqrt()),
  Abs: unary((x) => x.abs()),
  Tanh: unary((x) => x.tanh()),
  Add: binary((a, b) => a.add(b)),
  Sub: binary((a, b) => a.sub(b)),
  Div: binary((a, b) => a.div(b)),
  Max: binary((a, b) => a.max(b)),
  Min: binary((a, b) => a.min(b)),
  Less: binary((a, b) => a.less(b)),
  Equal: binary((a, b) => a.equal(b)),
  Mul: {
    operands: 2,
    read([a, b], attributes) {
      if (isTensor(a!)) return multiply.read([a, b!], attributes);
      return { integers: integersOf(a!).map((size, i) => size * integersOf(b!)[i]!) };
    },
  },
  Where: {
    operands: 3,
    read([condition, ...values]) {
      const [chosen, a, b] = ofOneRank([selectorOf(condition!), ...values.map(tensorOf)]);
      return where(chosen!, a!, b!);
    },
  },
  Identity: { operands: 1, read: ([x]) => x! },
  Cast: {
    operands: 1,
    attributes: { to: Object.values(elementType) },
    read: ([x], { to }) => (to === elementType.float ? tensorOf(x!) : { selector: tensorOf(x!) }),
  },

  MatMul: onTensors(2, ([left, right]) =>
    left.rank === 1 ? left.expand(0).matmul(right).squeeze(0) : left.matmul(right),
  ),
  Gemm: onTensors(
    2,
    ([left, right], { transA, transB }) =>
      left.matmul(right, { transposeLeft: transA === 1, transposeRight: transB === 1 }),
    { attributes: { transA: [0, 1], transB: [0, 1] } },
  ),
  Conv: onTensors(
    2,
    ([image, filter], { strides, pads, dilations }) => {
      const [top, left, bottom, right] = pads as readonly number[];
      return conv2d(image, dilations ? dilate(filter, dilations as readonly number[]) : filter, {
        ...(strides !== undefined && { stride: strides as [number, number] }),
        padding: [top!, bottom!, left!, right!],
      });
    },
    { attributes: { pads: 'any' }, optional: ['strides', 'dilations'] },
  ),
  ReduceSum: {
    operands: 2,
    attributes: { keepdims: [0] },
    read: ([x, axes]) => tensorOf(x!).sum(integersOf(axes!)),
  },
  ReduceMax: onTensors(1, ([x], { axes }) => x.maxOver(axes), { attributes: { axes: 'any', keepdims: [0] } }),

  Reshape: { operands: 2, read: ([x, target]) => reshape(tensorOf(x!), integersOf(target!)) },
  Transpose: onTensors(1, ([x], { perm }) => x.permute(perm as readonly number[]), {
    attributes: { perm: 'any' },
  }),
  Expand: { operands: 2, read: ([x, target]) => expand(tensorOf(x!), integersOf(target!)) },
  Slice: {
    operands: 4,
    read([x, start, stop, axes]) {
      const [from, to] = [integersOf(start!), integersOf(stop!)];
      return integersOf(axes!).reduce((part, axis, i) => part.slice(axis, from[i]!, to[i]), tensorOf(x!));
    },
  },
  Pad: {
    operands: 2,
    read([x, sizes]) {
      const tensor = tensorOf(x!);
      return tensor.pad(integersOf(sizes!).slice(0, tensor.rank), integersOf(sizes!).slice(tensor.rank));
    },
  },
  Concat: {
    attributes: { axis: 'any' },
    read: (parts, { axis }) =>
      isTensor(parts[0]!)
        ? concat(parts.map(tensorOf), axis as number)
        : { integers: parts.flatMap(integersOf) },
  },
  Gather: {
    operands: 2,
    attributes: { axis: [0] },
    read: ([table, index]) => tensorOf(table!).gather(selectorOf(index!)),
  },
  Shape: {
    operands: 1,
    attributes: { start: 'any', end: 'any' },
    read: ([x], { start, end }) => ({
      integers: tensorOf(x!).shape.slice(start as number, end as number),
    }),
  },
};

function isTensor(value: Read): value is Tensor {
  return value instanceof Tensor;
}

/** The numbers of a value. Throws UnsupportedError where it is something else. */
export function tensorOf(value: Read): Tensor {
  if (isTensor(value)) return value;
  throw new UnsupportedError(
    'readProgram: expected numbers, got ' +
      ('integers' in value ? `the sizes [${value.integers}]` : 'what was cast to indices or truth values'),
  );
}

/** What chooses: indices, or truth values. */
function selectorOf(value: Read): Tensor {
  return !isTensor(value) && 'selector' in value ? value.selector : tensorOf(value);
}

function integersOf(value: Read): readonly number[] {
  if (!isTensor(value) && 'integers' in value) return value.integers;
  throw new UnsupportedError('readProgram: a size or position depends on what is computed');
}

/** Axes of size 1 in front where operands of different rank would all grow, which ONNX allows and tensors do not. */
function ofOneRank(operands: readonly Tensor[]): readonly Tensor[] {
  const rank = Math.max(...operands.map((operand) => operand.rank));
  return operands.map((operand) =>
    operand.rank === 0 || operand.rank === rank
      ? operand
      : operand.reshape([...new Array<number>(rank - operand.rank).fill(1), ...operand.shape]),
  );
}

/** A filter [out, in, height, width] with its elements so far apart, zeros between them. */
function dilate(filter: Tensor, [down, across]: readonly number[]): Tensor {
  const [out, channels, height, width] = filter.shape as readonly [number, number, number, number];
  return filter
    .reshape([out, channels, height, 1, width, 1])
    .pad([0, 0, 0, 0, 0, 0], [0, 0, 0, down! - 1, 0, across! - 1])
    .reshape([out, channels, height * down!, width * across!])
    .slice(2, 0, (height - 1) * down! + 1)
    .slice(3, 0, (width - 1) * across! + 1);
}

/** −1 is what the other sizes leave. */
function reshape(x: Tensor, target: Shape): Tensor {
  const others = target.reduce((product, size) => (size < 0 ? product : product * size), 1);
  return x.reshape(target.map((size) => (size < 0 ? x.size / others : size)));
}

/** Sizes of 1 in the target leave the tensor's own. */
function expand(x: Tensor, target: Shape): Tensor {
  const missing = target.length - x.rank;
  return x.broadcast(
    target.map((size, axis) => (size === 1 && axis >= missing ? x.shape[axis - missing]! : size)),
  );
}
