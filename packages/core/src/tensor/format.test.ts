import { formatProgram } from './format.ts';
import { trace } from './program.ts';
import { concat, iota } from './constructors.ts';
import { constant, node } from './tensor.ts';

test('one operation a line, shapes aligned', () => {
  const program = trace(({ x, w }) => ({ y: x.matmul(w).tanh() }), { x: [64, 4], w: [4, 2] });
  expect(formatProgram(program)).toBe(
    [
      'program(x: [64, 4], w: [4, 2]) {',
      '  %0 = matmul(x, w)  [64, 2]',
      '  %1 = tanh(%0)      [64, 2]',
      '  return y = %1',
      '}',
    ].join('\n'),
  );
});

test('attributes and the first numbers of constants are shown', () => {
  const program = trace(
    ({ x }) => {
      const numbers = constant([1, 2.5, -3, Infinity, 4]);
      const product = x.matmul(x, { transposeRight: true }).sum(1, { keepAxes: true });
      const rest = node('slice', [numbers], { start: [1], stop: [3] });
      return { product, joined: concat([rest, iota([2])]), x };
    },
    { x: [2, 3] },
  );
  expect(formatProgram(program)).toBe(
    [
      'program(x: [2, 3]) {',
      '  %0 = matmul(x, x, transposeRight)      [2, 2]',
      '  %1 = sum(%0, axes: [1])                [2]',
      '  %2 = reshape(%1)                       [2, 1]',
      '  %3 = constant(1 2.5 -3 Infinity …)     [5]',
      '  %4 = slice(%3, start: [1], stop: [3])  [2]',
      '  %5 = iota(axis: 0)                     [2]',
      '  %6 = concat(%4, %5, axis: 0)           [4]',
      '  return product = %2, joined = %6, x = x',
      '}',
    ].join('\n'),
  );
});

test('a program may be empty', () => {
  expect(formatProgram(trace(() => ({}), {}))).toBe('program() {\n  return \n}');
});
