import { ShapeError } from '../errors.ts';
import { interpret } from '../reference/interpreter.ts';
import { formatProgram } from './format.ts';
import { gradient } from './gradient.ts';
import { inline, outputShapes, shapeOf, topologicalOrder, trace } from './program.ts';
import { simplify } from '../simplify/simplify.ts';
import { constant, input, type Tensor } from './tensor.ts';

const affine = trace(({ x, w }) => ({ y: x.matmul(w).add(1) }), { x: [2, 3], w: [3, 4] });

describe('trace', () => {
  test('writes inputs, instructions and outputs in order', () => {
    expect(affine.inputs).toEqual([
      { name: 'x', shape: [2, 3] },
      { name: 'w', shape: [3, 4] },
    ]);
    expect(affine.instructions.map(({ primitive, inputs, shape }) => [primitive, inputs, shape])).toEqual([
      ['matmul', [0, 1], [2, 4]],
      ['constant', [], []],
      ['add', [2, 3], [2, 4]],
    ]);
    expect(affine.outputs).toEqual([{ name: 'y', value: 4 }]);
    expect(outputShapes(affine)).toEqual({ y: [2, 4] });
    expect(shapeOf(affine, 1)).toEqual([3, 4]);
  });

  test('names nested inputs and outputs by their paths', () => {
    const program = trace(({ actor, x }) => ({ out: { y: x.matmul(actor.w), b: actor.b }, x }), {
      actor: { w: [3, 2], b: [2] },
      x: [4, 3],
    });
    expect(program.inputs.map(({ name }) => name)).toEqual(['actor.w', 'actor.b', 'x']);
    expect(program.outputs.map(({ name, value }) => [name, value])).toEqual([
      ['out.y', 3],
      ['out.b', 1],
      ['x', 2],
    ]);
  });

  test('keeps unused inputs and leaves out what no output needs', () => {
    const program = trace(
      ({ x }) => {
        x.exp();
        return { y: x.neg() };
      },
      { x: [2], unused: [5] },
    );
    expect(program.inputs).toHaveLength(2);
    expect(program.instructions.map(({ primitive }) => primitive)).toEqual(['neg']);
  });

  test('writes a shared node once', () => {
    const program = trace(
      ({ x }) => {
        const e = x.exp();
        return { y: e.add(e), z: e };
      },
      { x: [2] },
    );
    expect(program.instructions.map(({ primitive }) => primitive)).toEqual(['exp', 'add']);
  });

  test('makes frozen data', () => {
    const parts = [affine, affine.inputs, affine.inputs[0], affine.instructions, affine.instructions[0]];
    const rest = [affine.instructions[0]!.inputs, affine.outputs, affine.outputs[0]];
    for (const part of [...parts, ...rest]) expect(Object.isFrozen(part)).toBe(true);
    expect(() => (affine.outputs as unknown[]).push(0)).toThrow(TypeError);
  });

  test('refuses an input of another trace', () => {
    let foreign: Tensor = constant(0);
    trace(
      ({ x }) => {
        foreign = x;
        return {};
      },
      { x: [7] },
    );
    const attempt = () => trace(({ y }) => ({ z: y.add(foreign) }), { y: [7] });
    expect(attempt).toThrow(ShapeError);
    expect(attempt).toThrow('an input of shape [7] that belongs to another trace');
  });

  test('refuses shapes that are none, naming the input', () => {
    expect(() => trace(({ actor }) => ({ y: actor.w }), { actor: { w: [2, -1] } })).toThrow(
      'trace, input actor.w',
    );
  });

  test('gives the same program for the same function', () => {
    const build = () => trace(({ x }) => ({ y: x.exp().add(x.tanh()).sum() }), { x: [3] });
    expect(build()).toEqual(build());
  });
});

describe('inline', () => {
  test('continues a trace', () => {
    const program = trace(({ a, w }) => ({ z: inline(affine, { x: a, w }).y!.sum() }), {
      a: [2, 3],
      w: [3, 4],
    });
    expect(program.instructions.map(({ primitive }) => primitive)).toEqual([
      'matmul',
      'constant',
      'add',
      'sum',
    ]);
  });

  test('refuses a missing input and one of another shape', () => {
    expect(() => inline(affine, { x: input([2, 3]) })).toThrow('input w must have shape [3, 4], got nothing');
    expect(() => inline(affine, { x: input([2, 2]), w: input([3, 4]) })).toThrow(
      'input x must have shape [2, 3], got [2, 2]',
    );
  });
});

test('operands come before what needs them, whatever the order of the roots', () => {
  const x = input([2]);
  const e = x.exp();
  const y = e.add(x);
  expect(topologicalOrder([e, y])).toEqual([x, e, y]);
  expect(topologicalOrder([y, e])).toEqual([x, e, y]);
});

test('a chain of 100,000 operations is traced, differentiated, simplified, printed and run', () => {
  const depth = 100_000;
  const program = trace(
    ({ x }) => {
      let y = x;
      for (let i = 0; i < depth; i++) y = y.add(x);
      return { y, slope: gradient(y, x) };
    },
    { x: [] },
  );
  expect(program.instructions.length).toBeGreaterThan(depth);
  const simplified = simplify(program);
  expect(formatProgram(simplified).split('\n').length).toBeGreaterThan(depth);
  // y = (depth + 1) x
  const { y, slope } = interpret(simplified, { x: [2] });
  expect([y![0], slope![0]]).toEqual([2 * (depth + 1), depth + 1]);
}, 30_000);
