import { ShapeError } from '../errors.ts';
import { trace } from '../tensor/program.ts';
import { evaluatePrimitive, interpret } from './interpreter.ts';

const thirds = trace(({ x, y }) => ({ ratio: x.div(y), x }), { x: [2], y: [] });

test('float64 by default, float32 on request', () => {
  expect(interpret(thirds, { x: [1, 2], y: [3] }).ratio).toEqual(Float64Array.of(1 / 3, 2 / 3));
  expect(interpret(thirds, { x: [1, 2], y: [3] }, 'float32').ratio).toEqual(Float32Array.of(1 / 3, 2 / 3));
});

test('float32 rounds between operations', () => {
  const program = trace(({ x }) => ({ y: x.add(1).sub(1) }), { x: [] });
  expect(interpret(program, { x: [1e-9] }, 'float32').y).toEqual(Float32Array.of(0));
  expect(interpret(program, { x: [1e-9] }).y![0]).toBeCloseTo(1e-9, 15);
});

test('outputs are copies', () => {
  const x = Float64Array.of(1, 2);
  const outputs = interpret(thirds, { x, y: [1] });
  outputs.x![0] = 9;
  expect([x[0], outputs.ratio![0]]).toEqual([1, 1]);
});

test('inputs that are missing or too short are refused', () => {
  expect(() => interpret(thirds, { x: [1, 2] })).toThrow(ShapeError);
  expect(() => interpret(thirds, { x: [1, 2] })).toThrow('interpret: input y [] needs 1 numbers, got none');
  expect(() => interpret(thirds, { x: [1], y: [1] })).toThrow(
    'interpret: input x [2] needs 2 numbers, got 1',
  );
});

test('one primitive is evaluated in float64', () => {
  const x = { shape: [3], data: Float64Array.of(0.1, 0.2, 0.3) };
  expect(evaluatePrimitive('sum', [x], { axes: [0] }, [])).toEqual(Float64Array.of(0.1 + 0.2 + 0.3));
});
