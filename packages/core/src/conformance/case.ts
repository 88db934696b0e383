/**
 * Cases of the conformance suite: a program, its inputs, and how exactly a backend has to meet the float64
 * interpreter.
 *
 * The tolerance rule. Inputs are float32-representable. The expected number e is the interpreter's float64 answer,
 * rounded to float32. A result r is right when
 *
 *   both are NaN, or both the same infinity, or |r − e| ≤ tolerance · max(|e|, scale) + 2⁻¹²⁶.
 *
 * `scale` is the case's: the size of the terms that may cancel within a result. The last term lets an engine flush
 * numbers below the smallest normal one to zero. The sign of a zero does not matter.
 */
import { interpret } from '../reference/interpreter.ts';
import { trace, type Program, type TensorTree } from '../tensor/program.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Sample } from './numbers.ts';

/** A program with inputs; the interpreter's answer is what a backend has to give. */
export interface ConformanceCase {
  /** What the case is about: a heading in the test report. */
  readonly group: string;
  /** Unique in the suite. */
  readonly name: string;
  readonly program: Program;
  /** Row-major numbers of each input, by name. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
  /**
   * Size of the terms within a result (see the head of `conformance/case.ts`): a number; `exact` where nothing is
   * rounded; by default the largest finite magnitude of the same output, at least 1.
   */
  readonly scale?: number | 'exact';
  /** How often the program runs, default 1. */
  readonly runs?: number;
  /** Output → input: outputs that each run stores, in place, for the next. Donated when compiling. */
  readonly carry?: Readonly<Record<string, string>>;
}

/** Names of operands. */
export const operandNames: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Traces a function of operands named a, b, c … */
export function caseOf(
  heading: Pick<ConformanceCase, 'group' | 'name' | 'scale'>,
  operands: readonly Sample[],
  build: (...operands: Tensor[]) => TensorTree,
): ConformanceCase {
  const named = operands.map((operand, i) => [operandNames[i]!, operand] as const);
  return {
    ...heading,
    program: trace(
      (tensors) => build(...Object.values(tensors)),
      Object.fromEntries(named.map(([name, { shape }]) => [name, shape])),
    ),
    inputs: Object.fromEntries(named.map(([name, { values }]) => [name, values])),
  };
}

/** What an {@link updateCase} is made of. */
export interface Update {
  readonly name: string;
  readonly program: Program;
  /** Row-major numbers of each input, by name; rounded to float32. */
  readonly inputs: Readonly<Record<string, ArrayLike<number>>>;
  /** Output → input: the state that an update hands to the next. */
  readonly carry: Readonly<Record<string, string>>;
  /** Updates in a row, default 20. */
  readonly runs?: number;
}

/**
 * A case of a whole training step, run several times in place as training does. Rounding compounds over the runs,
 * so that each may add its own share: the scale is the number of runs.
 */
export function updateCase({ name, program, inputs, carry, runs = 20 }: Update): ConformanceCase {
  const rounded = Object.entries(inputs).map(
    ([input, numbers]) => [input, Float32Array.from(numbers)] as const,
  );
  return { group: 'updates', name, program, inputs: Object.fromEntries(rounded), carry, runs, scale: runs };
}

/** The float64 answer of each output after all runs, by name. */
export function expectedOutputs({
  program,
  inputs,
  runs = 1,
  carry = {},
}: ConformanceCase): Readonly<Record<string, Float64Array>> {
  let outputs = interpret(program, inputs);
  for (let run = 1; run < runs; run++) {
    const carried = Object.entries(carry).map(([output, input]) => [input, outputs[output]!] as const);
    outputs = interpret(program, { ...inputs, ...Object.fromEntries(carried) });
  }
  return outputs;
}
