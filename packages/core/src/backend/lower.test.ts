import { primitives, type Primitive } from '../tensor/primitives.ts';
import { formatShape } from '../tensor/shape.ts';
import { trace } from '../tensor/program.ts';
import { lower, type Lowerings } from './lower.ts';

/** Rules that write text, as a backend that generates code does. */
const spell = Object.fromEntries(
  primitives.map((primitive: Primitive) => [
    primitive,
    (inputs: readonly string[], _: unknown, shape: readonly number[]) =>
      `${primitive}(${inputs.join(', ')})${formatShape(shape)}`,
  ]),
) as unknown as Lowerings<string>;

test('rules receive operands and shapes in program order; outputs come back in theirs', () => {
  const program = trace(({ x, w }) => ({ y: x.matmul(w).tanh(), x }), { x: [2, 3], w: [3, 4] });
  expect(lower(program, spell, ['x', 'w'])).toEqual(['tanh(matmul(x, w)[2, 4])[2, 4]', 'x']);
});

test('attributes reach the rule', () => {
  const rules = {
    ...spell,
    sum: ([x]: readonly string[], { axes }: { axes: readonly number[] }) => `${x} over ${axes}`,
  };
  const program = trace(({ x }) => ({ y: x.sum([0, 1]) }), { x: [2, 3] });
  expect(lower(program, rules, ['x'])).toEqual(['x over 0,1']);
});
