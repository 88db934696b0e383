/**
 * `Program`: an expression as plain, frozen data. A list of primitive operations in SSA form, static shapes.
 * Tracing writes it; differentiation and simplification turn one into another; backends compile it.
 */
import { ShapeError } from '../errors.ts';
import type { Attributes, Primitive } from './primitives.ts';
import { checkShape, formatShape, sameShape, type Shape } from './shape.ts';
import { input, node, Tensor } from './tensor.ts';
import { leaves, mapTree, type MapTree, type Tree } from './tree.ts';

/** A named place where values enter. */
export interface ProgramInput {
  readonly name: string;
  readonly shape: Shape;
}

/** One operation. */
export interface Instruction<P extends Primitive = Primitive> {
  readonly primitive: P;
  /** Numbers of the values it reads. */
  readonly inputs: readonly number[];
  readonly attributes: Attributes[P];
  /** Shape of its value. */
  readonly shape: Shape;
}

/** A value that leaves under a name. */
export interface ProgramOutput {
  readonly name: string;
  readonly value: number;
}

/** Operations in an order in which they can run. Values are numbered: first the inputs, then one an instruction. */
export interface Program {
  readonly inputs: readonly ProgramInput[];
  readonly instructions: readonly Instruction[];
  readonly outputs: readonly ProgramOutput[];
}

/** Shapes of inputs, by name; may be nested. */
export type ShapeTree = Tree<Shape>;
/** Tensors by name; may be nested. */
export type TensorTree = Tree<Tensor>;

/** Shape of a program's value. */
export function shapeOf(program: Program, value: number): Shape {
  const count = program.inputs.length;
  return value < count ? program.inputs[value]!.shape : program.instructions[value - count]!.shape;
}

/** Shape of each output, by name. */
export function outputShapes(program: Program): Readonly<Record<string, Shape>> {
  return Object.fromEntries(program.outputs.map(({ name, value }) => [name, shapeOf(program, value)]));
}

/**
 * Writes down what a function computes.
 *
 * @param build - Builds the outputs (a record of tensors, may be nested) from the inputs.
 * @param shapes - The inputs' shapes, by name; nested names are joined by dots at the program's border.
 * @throws ShapeError where an operation's operands do not fit, or an output depends on another trace.
 *
 * @example
 * ```ts
 * const program = trace(({ x, w }) => ({ y: x.matmul(w).tanh() }), { x: [64, 4], w: [4, 2] });
 * ```
 */
export function trace<S extends ShapeTree>(
  build: (inputs: MapTree<S, Shape, Tensor>) => TensorTree,
  shapes: S,
): Program {
  const inputs: [string, Tensor][] = [];
  const tensors = mapTree<Shape, Tensor>(shapes, isShape, (shape, name) => {
    checkShape(`trace, input ${name}`, shape);
    const tensor = input(shape);
    inputs.push([name, tensor]);
    return tensor;
  });
  return linearize(inputs, leaves(build(tensors as MapTree<S, Shape, Tensor>), isTensor));
}

/** The program that computes the outputs from the inputs, with exactly the operations they need. */
export function linearize(
  inputs: readonly (readonly [string, Tensor])[],
  outputs: readonly (readonly [string, Tensor])[],
): Program {
  for (const names of [inputs, outputs].map((list) => list.map(([name]) => name))) {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new ShapeError(`trace: two values are named ${twice}; names must differ`);
  }
  const numbers = new Map<Tensor, number>(inputs.map(([, tensor], i) => [tensor, i]));
  const instructions: Instruction[] = [];
  for (const tensor of topologicalOrder(outputs.map(([, output]) => output))) {
    if (numbers.has(tensor)) continue;
    if (tensor.primitive === 'input') {
      throw new ShapeError(
        `trace: an output depends on an input of shape ${formatShape(tensor.shape)} that belongs to another trace; ` +
          'pass it in as an input of this one',
      );
    }
    numbers.set(tensor, inputs.length + instructions.length);
    const operands = Object.freeze(tensor.inputs.map((operand) => numbers.get(operand)!));
    const { primitive, attributes, shape } = tensor as Tensor & { primitive: Primitive };
    instructions.push(Object.freeze({ primitive, inputs: operands, attributes, shape }));
  }
  return Object.freeze({
    inputs: Object.freeze(inputs.map(([name, { shape }]) => Object.freeze({ name, shape }))),
    instructions: Object.freeze(instructions),
    outputs: Object.freeze(
      outputs.map(([name, tensor]) => Object.freeze({ name, value: numbers.get(tensor)! })),
    ),
  });
}

/**
 * Continues a trace with a program: its instructions become nodes over the given inputs.
 *
 * @returns The outputs, by name.
 * @throws ShapeError when an input is missing or has another shape.
 */
export function inline(program: Program, inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const values = program.inputs.map(({ name, shape }) => {
    const tensor = inputs[name];
    if (tensor === undefined || !sameShape(tensor.shape, shape)) {
      throw new ShapeError(
        `inline: input ${name} must have shape ${formatShape(shape)}, got ` +
          (tensor ? formatShape(tensor.shape) : 'nothing'),
      );
    }
    return tensor;
  });
  for (const { primitive, inputs: operands, attributes } of program.instructions) {
    values.push(
      node(
        primitive,
        operands.map((value) => values[value]!),
        attributes,
      ),
    );
  }
  return Object.fromEntries(program.outputs.map(({ name, value }) => [name, values[value]!]));
}

/** Each node that the roots reach, operands first; the order depends on the expression alone. */
export function topologicalOrder(roots: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const state = new Map<Tensor, 'open' | 'done'>();
  const stack = [...roots].reverse();
  while (stack.length > 0) {
    const tensor = stack.at(-1)!;
    if (state.get(tensor) === undefined) {
      state.set(tensor, 'open');
      for (const operand of tensor.inputs.toReversed()) if (!state.has(operand)) stack.push(operand);
      continue;
    }
    stack.pop();
    if (state.get(tensor) === 'open') {
      state.set(tensor, 'done');
      order.push(tensor);
    }
  }
  return order;
}

/** Tells a shape from a record of shapes. */
export function isShape(value: Shape | ShapeTree): value is Shape {
  return Array.isArray(value);
}

/** Tells a tensor from a record of tensors. */
export function isTensor(value: Tensor | TensorTree): value is Tensor {
  return value instanceof Tensor;
}
