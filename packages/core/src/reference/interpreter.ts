/** Runs programs with the reference kernels, in float64 or float32. */
import { ShapeError } from '../errors.ts';
import type { Primitive } from '../tensor/primitives.ts';
import type { Program } from '../tensor/program.ts';
import { formatShape, sizeOf } from '../tensor/shape.ts';
import { kernels, type FloatArray, type Value } from './kernels.ts';

/** Precision in which values are stored between operations. */
export type Precision = 'float32' | 'float64';

/** A program with an array for each of its values and a function that computes them all. */
export interface PreparedProgram {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly run: () => void;
}

/** Allocates zeros of a precision. */
export function allocateFloats(precision: Precision, size: number): FloatArray {
  return precision === 'float64' ? new Float64Array(size) : new Float32Array(size);
}

/** Allocates every value of a program; `run` then computes the outputs from what the inputs hold. */
export function prepare(program: Program, precision: Precision): PreparedProgram {
  const allocate = (shape: readonly number[]): Value => ({
    shape,
    data: allocateFloats(precision, sizeOf(shape)),
  });
  const values = program.inputs.map(({ shape }) => allocate(shape));
  const steps = program.instructions.map(({ primitive, inputs, attributes, shape }) => {
    const out = allocate(shape);
    const kernel = kernels[primitive] as (
      inputs: readonly Value[],
      attributes: unknown,
      out: Value,
    ) => () => void;
    const step = kernel(
      inputs.map((value) => values[value]!),
      attributes,
      out,
    );
    values.push(out);
    return step;
  });
  return {
    inputs: values.slice(0, program.inputs.length),
    outputs: program.outputs.map(({ value }) => values[value]!),
    run: () => {
      for (const step of steps) step();
    },
  };
}

/**
 * Runs a program once.
 *
 * @param inputs - Row-major numbers for each input, by name.
 * @param precision - Default `float64`.
 * @returns The outputs, by name.
 * @throws ShapeError when an input is missing or has the wrong number of elements.
 */
export function interpret(
  program: Program,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  precision: 'float32',
): Record<string, Float32Array>;
export function interpret(
  program: Program,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  precision?: 'float64',
): Record<string, Float64Array>;
export function interpret(
  program: Program,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  precision: Precision = 'float64',
): Record<string, FloatArray> {
  const prepared = prepare(program, precision);
  program.inputs.forEach(({ name, shape }, i) => {
    const data = inputs[name];
    if (data?.length !== sizeOf(shape)) {
      throw new ShapeError(
        `interpret: input ${name} ${formatShape(shape)} needs ${sizeOf(shape)} numbers, got ${data?.length ?? 'none'}`,
      );
    }
    prepared.inputs[i]!.data.set(data);
  });
  prepared.run();
  return Object.fromEntries(program.outputs.map(({ name }, i) => [name, prepared.outputs[i]!.data.slice()]));
}

/** Evaluates one primitive on float64 arrays: what constant folding uses. */
export function evaluatePrimitive(
  primitive: Primitive,
  inputs: readonly Value[],
  attributes: unknown,
  shape: readonly number[],
): Float64Array {
  const out: Value = { shape, data: new Float64Array(sizeOf(shape)) };
  (kernels[primitive] as (inputs: readonly Value[], attributes: unknown, out: Value) => () => void)(
    inputs,
    attributes,
    out,
  )();
  return out.data as Float64Array;
}
