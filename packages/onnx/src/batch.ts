/**
 * Programs of any batch size. Shapes in a program are numbers, so the batch is found by comparison: the same function is
 * traced at two sizes, and a size that grows with the batch in every instruction becomes symbolic.
 *
 * In the resulting program a size of −c stands for c times the batch; only `graph.ts` and `lowerings.ts` read it.
 */
import { UnsupportedError } from '@ascent-rl/core/errors';
import type { Attributes, Instruction, Primitive, Program, Shape } from '@ascent-rl/core';

/** Two sizes that no network has, so that a size which equals one of them is the batch. */
const sizes = [1009, 1013] as const;

/**
 * The program that a family of programs shares.
 *
 * @throws UnsupportedError when something depends on the batch in another way than a size in proportion to it.
 */
export function symbolicProgram(build: (batch: number) => Program): Program {
  const [small, large] = [build(sizes[0]), build(sizes[1])];
  const alike =
    small.inputs.length === large.inputs.length &&
    small.instructions.length === large.instructions.length &&
    same(small.outputs, large.outputs);
  if (!alike)
    throw new UnsupportedError('writeBatchModel: the program has other operations for another batch size');
  return {
    inputs: small.inputs.map((input, i) => ({
      name: input.name,
      shape: followShape(`input ${input.name}`, input.shape, large.inputs[i]!.shape),
    })),
    instructions: small.instructions.map((instruction, i) =>
      followInstruction(i, instruction, large.instructions[i]!),
    ),
    outputs: small.outputs,
  };
}

function followInstruction(index: number, small: Instruction, large: Instruction): Instruction {
  const where = `${small.primitive} (%${index})`;
  if (small.primitive !== large.primitive || !same(small.inputs, large.inputs)) {
    throw new UnsupportedError(`writeBatchModel: ${where} is another operation for another batch size`);
  }
  const shape = followShape(where, small.shape, large.shape);
  if (small.primitive === 'iota' && shape[(small.attributes as Attributes['iota']).axis]! < 0) {
    throw new UnsupportedError(
      `writeBatchModel: ${where} counts the rows of the batch; pass the counts in as an input`,
    );
  }
  const attributes = followAttributes(where, small.attributes, large.attributes);
  return { primitive: small.primitive, inputs: small.inputs, attributes, shape };
}

/** Attributes in which a size may follow the batch: those that rules hand to operators as operands. */
const sizesAmongAttributes = new Set(['shape', 'start', 'stop', 'before', 'after']);

function followAttributes(
  where: string,
  small: Attributes[Primitive],
  large: Attributes[Primitive],
): Attributes[Primitive] {
  const others = Object.values(large) as unknown[];
  const followed = Object.entries(small).map(([key, value], i) => {
    const other = others[i];
    if (same(value, other)) return [key, value];
    if (sizesAmongAttributes.has(key))
      return [key, followShape(`${where}, ${key}`, value as Shape, other as Shape)];
    throw new UnsupportedError(
      `writeBatchModel: ${where} has another ${key} for another batch size; only shapes can follow the batch`,
    );
  });
  return Object.fromEntries(followed) as Attributes[Primitive];
}

function followShape(where: string, small: Shape, large: Shape): Shape {
  return small.map((size, axis) => {
    const other = large[axis];
    if (size === other) return size;
    const times = size / sizes[0];
    if (small.length === large.length && Number.isInteger(times) && times * sizes[1] === other) return -times;
    throw new UnsupportedError(
      `writeBatchModel: ${where} is [${small}] for a batch of ${sizes[0]} and [${large}] for ${sizes[1]}; sizes must ` +
        'stay or grow in proportion to the batch',
    );
  });
}

/** Equality of plain data. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Float64Array && b instanceof Float64Array) {
    return a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    left.length === right.length &&
    left.every(([key, value], i) => key === right[i]![0] && same(value, right[i]![1]))
  );
}
