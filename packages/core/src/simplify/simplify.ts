/**
 * Simplification: the same results up to rounding from fewer operations.
 *
 * One pass over the program rebuilds every operation through {@link Simplifier.build}, which folds constants,
 * applies the identities of `identities.ts` and shares equal operations. Operations that nothing needs any more
 * disappear when the result is written down.
 */
import { evaluatePrimitive } from '../reference/interpreter.ts';
import { rewrite, type Build } from './identities.ts';
import type { Attributes } from '../tensor/primitives.ts';
import { linearize, type Program } from '../tensor/program.ts';
import { formatShape, sizeOf } from '../tensor/shape.ts';
import { ShapeError } from '../errors.ts';
import { constant, input, node, type Tensor } from '../tensor/tensor.ts';

/**
 * A shorter program of the same inputs and outputs.
 *
 * Results differ by rounding only, overflow on the way included; a zero may change its sign. `stopGradient` disappears, so differentiate first.
 */
export function simplify(program: Program): Program {
  const inputs = program.inputs.map(({ name, shape }) => [name, input(shape)] as const);
  return rebuild(
    program,
    inputs,
    inputs.map(([, tensor]) => tensor),
  );
}

/**
 * The program with some inputs replaced by constants, simplified: how a policy's parameters are baked into a file.
 *
 * @param values - Row-major numbers by input name.
 * @throws ShapeError when a name is no input or the number of elements is wrong.
 */
export function withConstants(
  program: Program,
  values: Readonly<Record<string, ArrayLike<number>>>,
): Program {
  for (const [name, data] of Object.entries(values)) {
    const target = program.inputs.find((candidate) => candidate.name === name);
    if (target === undefined || data.length !== sizeOf(target.shape)) {
      throw new ShapeError(
        `withConstants: ${name} has ${data.length} numbers, but the program ` +
          (target ? `needs ${formatShape(target.shape)}` : 'has no such input'),
      );
    }
  }
  const remaining: [string, Tensor][] = [];
  const operands = program.inputs.map(({ name, shape }) => {
    const data = values[name];
    if (data !== undefined) return constant(data, shape);
    const tensor = input(shape);
    remaining.push([name, tensor]);
    return tensor;
  });
  return rebuild(program, remaining, operands);
}

function rebuild(
  program: Program,
  inputs: readonly (readonly [string, Tensor])[],
  operands: readonly Tensor[],
): Program {
  const build = simplifier();
  const values = [...operands];
  for (const { primitive, inputs: numbers, attributes } of program.instructions) {
    values.push(
      build(
        primitive,
        numbers.map((value) => values[value]!),
        attributes,
      ),
    );
  }
  return linearize(
    inputs,
    program.outputs.map(({ name, value }) => [name, values[value]!] as const),
  );
}

/** A {@link Build} that remembers what it built, so that equal operations become one node. */
function simplifier(): Build {
  const built = new Map<string, Tensor>();
  const numbers = new Map<Tensor, number>();
  const numberOf = (tensor: Tensor) => {
    const known = numbers.get(tensor);
    if (known !== undefined) return known;
    numbers.set(tensor, numbers.size);
    return numbers.size - 1;
  };

  const share = (tensor: Tensor): Tensor => {
    if (tensor.primitive === 'constant' && tensor.size > largestSharedConstant) return tensor;
    const key = `${tensor.primitive} ${tensor.inputs.map(numberOf).join()} ${describe(tensor)}`;
    const known = built.get(key);
    if (known === undefined) built.set(key, tensor);
    return known ?? tensor;
  };

  const build: Build = (primitive, inputs, attributes) => {
    const rewritten = rewrite(primitive, inputs, attributes, build);
    if (rewritten !== undefined) return rewritten;
    const tensor = node(primitive, inputs, attributes);
    return share(foldConstant(tensor) ?? tensor);
  };
  return build;
}

/** The value of an operation on constants, unless storing it would take more room than its operands. */
function foldConstant(tensor: Tensor): Tensor | undefined {
  const { inputs, primitive, attributes, shape } = tensor;
  if (primitive === 'input' || inputs.length === 0) return undefined;
  if (!inputs.every((operand) => operand.primitive === 'constant')) return undefined;
  if (tensor.size > Math.max(...inputs.map((operand) => operand.size))) return undefined;
  const values = inputs.map((operand) => ({
    shape: operand.shape,
    data: (operand.attributes as Attributes['constant']).data,
  }));
  return constant(evaluatePrimitive(primitive, values, attributes, shape), shape);
}

/** Longer constants are not compared with each other, which would cost more than it saves. */
const largestSharedConstant = 64;
/** Text that is equal for equal attributes. */
function describe({ primitive, attributes }: Tensor): string {
  if (primitive !== 'constant') return JSON.stringify(attributes);
  const { shape, data } = attributes as Attributes['constant'];
  return `${shape.join()}: ${Array.from(data, (x) => (Object.is(x, -0) ? '-0' : x)).join()}`;
}
