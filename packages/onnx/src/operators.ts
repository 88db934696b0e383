/** What each ONNX operator that a policy consists of means, as operations on tensors: `lowerings.ts` backwards. */
import { concat, conv2d, Tensor, where, type Shape } from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';

/** Whole numbers that are known when reading: sizes, positions, axes. */
interface Integers {
  readonly integers: readonly number[];
}

/** A value of the graph. Truth values and indices are tensors of float32, as everywhere here. */
export type Read = Tensor | Integers;

/** Attributes by name. */
export type AttributeValues = Readonly<Record<string, number | readonly number[]>>;

type Operator = (inputs: readonly Read[], attributes: AttributeValues) => Read;
/** An operator on tensors only. */
type Operation = (inputs: readonly [Tensor, Tensor, Tensor], attributes: AttributeValues) => Tensor;

const onTensors =
  (operation: Operation): Operator =>
  (inputs, attributes) =>
    operation(inputs.map(tensorOf) as [Tensor, Tensor, Tensor], attributes);

/** Every operator, by name. */
export const operators: Readonly<Record<string, Operator>> = {
  Neg: onTensors(([x]) => x.neg()),
  Exp: onTensors(([x]) => x.exp()),
  Log: onTensors(([x]) => x.log()),
  Sqrt: onTensors(([x]) => x.sqrt()),
  Abs: onTensors(([x]) => x.abs()),
  Tanh: onTensors(([x]) => x.tanh()),
  Add: onTensors(([a, b]) => a.add(b)),
  Sub: onTensors(([a, b]) => a.sub(b)),
  Div: onTensors(([a, b]) => a.div(b)),
  Max: onTensors(([a, b]) => a.max(b)),
  Min: onTensors(([a, b]) => a.min(b)),
  Less: onTensors(([a, b]) => a.less(b)),
  Equal: onTensors(([a, b]) => a.equal(b)),
  Where: onTensors(([condition, a, b]) => where(condition, a, b)),
  Identity: ([x]) => x!,
  // To truth values from 0 and 1 or back, or to indices.
  Cast: ([x]) => x!,
  Mul: ([a, b]) =>
    isTensor(a!)
      ? a.mul(tensorOf(b!))
      : { integers: integersOf(a!).map((size, i) => size * integersOf(b!)[i]!) },

  MatMul: onTensors(([left, right]) =>
    left.rank === 1 ? left.expand(0).matmul(right).squeeze(0) : left.matmul(right),
  ),
  Gemm: onTensors(([left, right], { transA, transB }) =>
    left.matmul(right, { transposeLeft: transA === 1, transposeRight: transB === 1 }),
  ),
  Conv: onTensors(([image, filter], { strides, pads }) => {
    const [top, left, bottom, right] = pads as readonly number[];
    return conv2d(image, filter, {
      stride: strides as [number, number],
      padding: [top!, bottom!, left!, right!],
    });
  }),
  ReduceSum: ([x, axes]) => tensorOf(x!).sum(integersOf(axes!)),
  ReduceMax: onTensors(([x], { axes }) => x.maxOver(axes)),

  Reshape: ([x, target]) => reshape(tensorOf(x!), integersOf(target!)),
  Transpose: onTensors(([x], { perm }) => x.permute(perm as readonly number[])),
  Expand: ([x, target]) => expand(tensorOf(x!), integersOf(target!)),
  Slice([x, start, stop, axes]) {
    const [from, to] = [integersOf(start!), integersOf(stop!)];
    return integersOf(axes!).reduce((part, axis, i) => part.slice(axis, from[i]!, to[i]), tensorOf(x!));
  },
  Pad([x, sizes]) {
    const tensor = tensorOf(x!);
    return tensor.pad(integersOf(sizes!).slice(0, tensor.rank), integersOf(sizes!).slice(tensor.rank));
  },
  Concat: (parts, { axis }) =>
    isTensor(parts[0]!)
      ? concat(parts.map(tensorOf), axis as number)
      : { integers: parts.flatMap(integersOf) },
  Gather: onTensors(([table, index]) => table.gather(index)),
  Shape: ([x], { start, end }) => ({
    integers: tensorOf(x!).shape.slice(start as number, end as number),
  }),
};

function isTensor(value: Read): value is Tensor {
  return value instanceof Tensor;
}

function tensorOf(value: Read): Tensor {
  if (isTensor(value)) return value;
  throw new UnsupportedError(`readProgram: expected numbers, got the sizes [${value.integers}]`);
}

function integersOf(value: Read): readonly number[] {
  if (!isTensor(value)) return value.integers;
  throw new UnsupportedError('readProgram: a size or position depends on what is computed');
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
