/** Programs as readable text, one operation a line. */
import type { Attributes, Primitive } from './primitives.ts';
import { shapeOf, type Program } from './program.ts';
import { formatShape } from './shape.ts';

/**
 * Prints a program in SSA form. Inputs keep their names, other values are numbered.
 *
 * @example
 * ```text
 * program(x: [64, 4], w: [4, 2]) {
 *   %0 = matmul(x, w)   [64, 2]
 *   %1 = tanh(%0)       [64, 2]
 *   return y = %1
 * }
 * ```
 */
export function formatProgram(program: Program): string {
  const count = program.inputs.length;
  const name = (value: number) => (value < count ? program.inputs[value]!.name : `%${value - count}`);
  const lines = program.instructions.map(({ primitive, inputs, attributes }, i) => {
    const operands = [...inputs.map(name), ...describeAttributes(primitive, attributes)];
    return `  %${i} = ${primitive}(${operands.join(', ')})`;
  });
  const width = lines.reduce((longest, line) => Math.max(longest, line.length), 0) + 2;
  return [
    `program(${program.inputs.map((input) => `${input.name}: ${formatShape(input.shape)}`).join(', ')}) {`,
    ...lines.map((line, i) => line.padEnd(width) + formatShape(shapeOf(program, count + i))),
    `  return ${program.outputs.map((output) => `${output.name} = ${name(output.value)}`).join(', ')}`,
    '}',
  ].join('\n');
}

const shownNumbers = 4;

function describeAttributes(primitive: Primitive, attributes: Attributes[Primitive]): string[] {
  if (primitive === 'constant') {
    const { data } = attributes as Attributes['constant'];
    const numbers = Array.from(data.subarray(0, shownNumbers), (x) => String(x));
    return [data.length > shownNumbers ? `${numbers.join(' ')} …` : numbers.join(' ')];
  }
  return Object.entries(attributes)
    .filter(([key, value]) => value !== false && key !== 'shape')
    .map(([key, value]) =>
      value === true ? key : `${key}: ${Array.isArray(value) ? formatShape(value) : value}`,
    );
}
