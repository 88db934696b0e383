/**
 * A program in the form that kernels like: nothing of size 0 is read, no operation reads more arrays than a kernel
 * may, and no single thread adds up a long array.
 */
import {
  concat,
  constant,
  input,
  linearize,
  node,
  type Primitive,
  type Program,
  type Tensor,
} from '@ascent-rl/core';

/** Sums of at least so many numbers into one are taken in two steps. */
const longSum = 512;

/** The same outputs, up to the rounding of long sums. */
export function rewrite(program: Program, maximumReads: number): Program {
  const inputs = program.inputs.map(({ name, shape }) => [name, input(shape)] as const);
  const values: Tensor[] = inputs.map(([, tensor]) => tensor);
  for (const { primitive, inputs: operands, attributes } of program.instructions) {
    const tensor = node(
      primitive,
      operands.map((value) => values[value]!),
      attributes,
    );
    values.push(rewritten(tensor, maximumReads));
  }
  return linearize(
    inputs,
    program.outputs.map(({ name, value }) => [name, values[value]!] as const),
  );
}

function rewritten(tensor: Tensor<Primitive>, maximumReads: number): Tensor {
  if (tensor.size > 0 && tensor.inputs.some(({ size }) => size === 0)) return ofNothing(tensor);
  if (tensor.primitive === 'concat') {
    return joined(tensor.inputs, (tensor as Tensor<'concat'>).attributes.axis, maximumReads);
  }
  if (tensor.primitive === 'sum' && tensor.size === 1 && tensor.inputs[0]!.size >= longSum) {
    return sumInTwoSteps(tensor.inputs[0]!).reshape(tensor.shape);
  }
  return tensor;
}

/** What is left of an operation some of whose operands are empty. */
function ofNothing(tensor: Tensor<Primitive>): Tensor {
  if (tensor.primitive === 'concat') {
    const parts = tensor.inputs.filter(({ size }) => size > 0);
    return concat(parts, (tensor as Tensor<'concat'>).attributes.axis);
  }
  return constant(tensor.primitive === 'maxOver' ? -Infinity : 0).broadcast(tensor.shape);
}

/** A concatenation of concatenations, each of few parts. */
function joined(parts: readonly Tensor[], axis: number, limit: number): Tensor {
  if (parts.length <= limit) return concat(parts, axis);
  const count = Math.ceil(parts.length / limit);
  const groups = Array.from({ length: count }, (_, i) => {
    const [start, stop] = [i, i + 1].map((at) => Math.round((at * parts.length) / count));
    return concat(parts.slice(start, stop), axis);
  });
  return joined(groups, axis, limit);
}

/** Many threads add up a part each, then one the parts' sums. */
function sumInTwoSteps(x: Tensor): Tensor {
  // A multiple of 4 of threads, as engines run four at a time.
  const threads = 4 * Math.ceil(Math.sqrt(x.size) / 4);
  const terms = Math.ceil(x.size / threads);
  const padded = x.reshape([x.size]).pad([0], [terms * threads - x.size]);
  return padded.reshape([terms, threads]).sum(0).sum(0);
}
