/** A group of a program's operations as the source of one gpu.js kernel. */
import { shapeOf, type Instruction, type Primitive, type Program, type Shape } from '@ascent-rl/core';
import type { Group } from '../plan/group.ts';
import { blockOf, nameOf, withoutUnused, writer, type Block } from './block.ts';
import { division } from './indices.ts';
import { flatten, formatPosition, positionOf, unflatten, type Position, type Variable } from './position.ts';
import type { Operand, Rule, Rules } from './rules.ts';

/** What gpu.js compiles. */
export interface KernelSource {
  /** A JavaScript function of one array for each value that the group reads; the arrays are indexed row-major. */
  readonly text: string;
  /** Sizes of the output, innermost axis first; at most three. */
  readonly output: readonly number[];
}

/** What engines differ in. */
export interface Form {
  /** Axes that a kernel's output may have: 1 for engines that hand arrays of more axes on as nested ones. */
  readonly rank: 1 | 3;
  /** Rounds of a loop to write out. */
  readonly unroll: number;
}

/** Writes a group's kernel. */
export function kernelSource(
  program: Program,
  group: Group,
  rules: Rules,
  { rank, unroll }: Form,
): KernelSource {
  const write = writer(unroll);
  const { body } = write;
  const parameters = new Map(group.reads.map((value, i) => [value, `a${i}`]));

  const operand = (value: number): Operand => {
    const shape = shapeOf(program, value);
    return { shape, element: (at, block) => element(value, shape, at, block) };
  };

  function element(value: number, shape: Shape, at: readonly Position[], block: Block): string {
    const outer = blockOf(block, at);
    const parameter = parameters.get(value);
    if (parameter !== undefined) {
      return write.declare(outer, `${parameter}[${formatPosition(flatten(at, shape))}]`);
    }
    const key = `%${value}[${at.map(formatPosition).join()}]`;
    const known = nameOf(outer, key);
    if (known !== undefined) return known;
    const name = compute(program.instructions[value - program.inputs.length]!, at, outer);
    outer.names.set(key, name);
    return name;
  }

  function compute(instruction: Instruction, at: readonly Position[], block: Block): string {
    const { primitive, inputs, attributes, shape } = instruction;
    const rule = rules[primitive] as Rule<Primitive>;
    return rule({ writer: write, block, operands: inputs.map(operand), attributes, shape, at });
  }

  const shape = shapeOf(program, group.value);
  const sizes = foldAxes(shape, rank);
  const coordinates = sizes.map((size, axis) => coordinate(sizes.length - 1 - axis, size));
  const at = unflatten(
    flatten(
      coordinates.map(({ position }) => position),
      sizes,
    ),
    shape,
    division(write, body),
  );
  const result = compute(program.instructions[group.value - program.inputs.length]!, at, body);
  const lines = withoutUnused([...coordinates.map(({ line }) => line), ...body.lines, `return ${result};`]);
  return {
    text: `function (${[...parameters.values()].join(', ')}) {\n${lines.map((line) => `  ${line}\n`).join('')}}`,
    output: sizes.toReversed(),
  };
}

/** The shape without axes of size 1, the outermost ones folded until the rank fits. */
function foldAxes(shape: Shape, rank: number): number[] {
  const sizes = shape.filter((size) => size !== 1);
  while (sizes.length > rank) sizes.splice(0, 2, sizes[0]! * sizes[1]!);
  return sizes.length === 0 ? [1] : sizes;
}

/** A thread's coordinate; threads that differ in x run next to each other. */
function coordinate(axis: number, size: number): { position: Position; line: string } {
  const name = 'xyz'[axis]!;
  const variable: Variable = { name, low: 0, high: size - 1, varying: axis === 0 };
  return { position: positionOf(variable), line: `const ${name} = this.thread.${name};` };
}
