/** Walking a program through a table of rules: how backends are written. */
import type { Attributes, Primitive } from '../tensor/primitives.ts';
import type { Program } from '../tensor/program.ts';
import type { Shape } from '../tensor/shape.ts';

/**
 * One rule a primitive. The type is total, so a missing rule does not compile. V is an array for backends that
 * execute at once, a name for those that write a graph or code.
 */
export type Lowerings<V> = {
  readonly [P in Primitive]: (inputs: readonly V[], attributes: Attributes[P], shape: Shape) => V;
};

/** Applies the rules in program order. Returns the outputs' values, in the order of `program.outputs`. */
export function lower<V>(program: Program, rules: Lowerings<V>, inputs: readonly V[]): V[] {
  const values = [...inputs];
  for (const { primitive, inputs: operands, attributes, shape } of program.instructions) {
    const rule = rules[primitive] as (inputs: readonly V[], attributes: unknown, shape: Shape) => V;
    values.push(
      rule(
        operands.map((value) => values[value]!),
        attributes,
        shape,
      ),
    );
  }
  return program.outputs.map(({ value }) => values[value]!);
}
