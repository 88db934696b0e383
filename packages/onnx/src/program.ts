/** Walking a program through the rules of `lowerings.ts`. */
import type { Attributes, Instruction, Lowerings, Primitive, Program, Shape } from '@ascent-rl/core';
import type { GraphWriter, Value } from './graph.ts';
import { lowerings } from './lowerings.ts';

/**
 * Writes a program's operations into a graph.
 *
 * @param inputs - The values of the program's inputs.
 * @returns The outputs' values, in the order of `program.outputs`.
 */
export function lowerProgram(
  program: Program,
  graph: GraphWriter,
  inputs: readonly Value[],
  opset: number,
): Value[] {
  const rules = lowerings(graph, opset);
  const values = [...inputs];
  program.instructions.forEach((instruction, i) => {
    // Engines name the node when they complain, so its name tells the primitive and the line of the printed program.
    graph.prefix = `${instruction.primitive}_${i}`;
    const operands = instruction.inputs.map((value) => values[value]!);
    values.push(lowerEmpty(instruction, operands, graph) ?? lowerInstruction(rules, instruction, operands));
  });
  return program.outputs.map(({ value }) => values[value]!);
}

function lowerInstruction<P extends Primitive>(
  rules: Lowerings<Value>,
  { primitive, attributes, shape }: Instruction<P>,
  operands: readonly Value[],
): Value {
  const rule: (operands: readonly Value[], attributes: Attributes[P], shape: Shape) => Value =
    rules[primitive];
  return rule(operands, attributes, shape);
}

/** The result where it, or an operand, has no elements: known without computing. */
function lowerEmpty(
  { primitive, attributes, shape }: Instruction,
  operands: readonly Value[],
  graph: GraphWriter,
): Value | undefined {
  if (isEmpty(shape)) return graph.floats([], shape);
  const filled = operands.filter((operand) => !isEmpty(operand.shape));
  if (filled.length === operands.length) return undefined;
  if (primitive === 'concat') {
    if (filled.length === 1) return filled[0]!;
    return graph.node('Concat', filled, shape, { axis: (attributes as Attributes['concat']).axis });
  }
  // Sums of nothing, and what is padded around nothing, are 0.
  const value = graph.floats([primitive === 'maxOver' ? -Infinity : 0], []);
  return shape.length === 0 ? value : graph.node('Expand', [value, graph.integers(shape)], shape);
}

function isEmpty(shape: Shape): boolean {
  return shape.includes(0);
}
