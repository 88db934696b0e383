import { conformanceCases } from '../conformance/cases/index.ts';
import { curvature, differentiableNames, quadraticLoss } from '../conformance/cases/derived.ts';
import { tracedUpdates } from '../conformance/cases/updates.ts';
import { functionExamples, primitiveExamples } from '../conformance/examples/index.ts';
import { operandNames } from '../conformance/case.ts';
import { real } from '../conformance/numbers.ts';
import { ShapeError } from '../errors.ts';
import { interpret } from '../reference/interpreter.ts';
import { costOf } from '../tensor/cost.ts';
import { formatProgram } from '../tensor/format.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import { shapeOf, trace, type Program } from '../tensor/program.ts';
import { simplify, withConstants } from './simplify.ts';
import { concat, full, where } from '../tensor/constructors.ts';
import { constant, type Tensor } from '../tensor/tensor.ts';

/** The operations of a program, and what it returns: its text without shapes. */
const text = (program: Program): string =>
  formatProgram(program)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim().replace(/ {2,}\[.*$/, ''))
    .join('; ');

const shapes = { x: [2, 3], y: [2, 3], row: [3], s: [] };
type Operands = Readonly<Record<'x' | 'y' | 'row' | 's', Tensor>>;

/* prettier-ignore */
const identities: readonly (readonly [string, (operands: Operands) => Tensor, string])[] = [
  ['equal operations', ({ x }) => x.exp().max(x.exp().neg()), '%0 = exp(x); %1 = neg(%0); %2 = max(%0, %1); return z = %2'],
  ['equal constants', ({ x }) => x.max(2).min(constant(2)), '%0 = constant(2); %1 = max(x, %0); %2 = min(%1, %0); return z = %2'],
  ['constants', ({ s }) => s.add(constant(2).mul(3).add(1)), '%0 = constant(7); %1 = add(s, %0); return z = %1'],
  ['a constant in front', ({ x }) => constant(2).add(x), '%0 = constant(2); %1 = add(x, %0); return z = %1'],
  ['x + 0', ({ x }) => x.add(0), 'return z = x'],
  ['x + x', ({ x }) => x.add(x), '%0 = constant(2); %1 = mul(x, %0); return z = %1'],
  ['x − 0', ({ x }) => x.sub(0), 'return z = x'],
  ['0 that enlarges', ({ s }) => s.add(full([3], 0)).sum(), '%0 = constant(0); %1 = broadcast(%0); %2 = add(s, %1); %3 = sum(%2, axes: [0]); return z = %3'],
  ['x · 1', ({ x }) => x.mul(1), 'return z = x'],
  ['x · −1', ({ x }) => x.mul(-1), '%0 = neg(x); return z = %0'],
  ['x · 0 stays, for NaN', ({ x }) => x.mul(0), '%0 = constant(0); %1 = mul(x, %0); return z = %1'],
  ['x · 2 · 3', ({ x }) => x.mul(2).mul(3), '%0 = constant(6); %1 = mul(x, %0); return z = %1'],
  ['factors that leave float32', ({ x }) => x.mul(1e20).mul(1e20), '%0 = constant(100000000000000000000); %1 = mul(x, %0); %2 = mul(%1, %0); return z = %2'],
  ['x / 4', ({ x }) => x.div(4), '%0 = constant(0.25); %1 = mul(x, %0); return z = %1'],
  ['x / 0 stays', ({ x }) => x.div(0), '%0 = constant(0); %1 = div(x, %0); return z = %1'],
  ['x / [4, 4, 4]', ({ x }) => x.div(constant([4, 4, 4])), '%0 = constant(0.25); %1 = mul(x, %0); return z = %1'],
  ['s / [4, 4, 4]', ({ s }) => s.div(constant([4, 4, 4])), '%0 = constant(0.25 0.25 0.25); %1 = mul(s, %0); return z = %1'],
  ['−−x', ({ x }) => x.neg().neg(), 'return z = x'],
  ['x − (−y)', ({ x, y }) => x.sub(y.neg()), '%0 = add(x, y); return z = %0'],
  ['x + (−y)', ({ x, y }) => x.add(y.neg()), '%0 = sub(x, y); return z = %0'],
  ['−x + y', ({ x, y }) => x.neg().add(y), '%0 = sub(y, x); return z = %0'],
  ['−x · 2', ({ x }) => x.neg().mul(2), '%0 = constant(-2); %1 = mul(x, %0); return z = %1'],
  ['max(x, x)', ({ x }) => x.max(x), 'return z = x'],
  ['min(x, x)', ({ x }) => x.min(x), 'return z = x'],
  ['a choice of equals', ({ x, s }) => where(s, x, x), 'return z = x'],
  ['transposed operands', ({ x, y }) => x.permute([1, 0]).matmul(y), '%0 = matmul(x, y, transposeLeft); return z = %0'],
  ['an operand transposed twice', ({ x, y }) => x.matmul(y.permute([1, 0]).permute([1, 0]), { transposeRight: true }), '%0 = matmul(x, y, transposeRight); return z = %0'],
  ['a sum over axes of size 1', ({ row }) => row.expand(0).sum(0), 'return z = row'],
  ['a reshape of a reshape', ({ x }) => x.reshape([6]).reshape([3, 2]), '%0 = reshape(x); return z = %0'],
  ['a reshape back', ({ x }) => x.reshape([6]).reshape([2, 3]), 'return z = x'],
  ['a permute back', ({ x }) => x.permute([1, 0]).permute([1, 0]), 'return z = x'],
  ['a permute of axes of size 1', ({ row }) => row.reshape([1, 3]).permute([1, 0]), '%0 = reshape(row); return z = %0'],
  ['a broadcast of a broadcast', ({ s }) => s.broadcast([3]).broadcast([2, 3]), '%0 = broadcast(s); return z = %0'],
  ['a broadcast to the same size', ({ row }) => row.broadcast([1, 3]), '%0 = reshape(row); return z = %0'],
  ['a broadcast operand', ({ x, row }) => x.add(row.broadcast([2, 3])), '%0 = add(x, row); return z = %0'],
  ['an operation on repeated numbers', ({ row }) => row.broadcast([2, 3]).exp(), '%0 = exp(row); %1 = broadcast(%0); return z = %1'],
  ['a slice of everything', ({ row }) => row.slice(0, 0, 3), 'return z = row'],
  ['a slice of a slice', ({ row }) => row.slice(0, 1).slice(0, 1), '%0 = slice(row, start: [2], stop: [3]); return z = %0'],
  ['a slice of one joined part', ({ x, y }) => concat([x, y]).slice(0, 2, 4), 'return z = y'],
  ['neighbouring slices joined', ({ row }) => concat([row.slice(0, 0, 1), row.slice(0, 1, 3)]), 'return z = row'],
  ['slices that are no neighbours', ({ row }) => concat([row.slice(0, 0, 1), row.slice(0, 2, 3)]), '%0 = slice(row, start: [0], stop: [1]); %1 = slice(row, start: [2], stop: [3]); %2 = concat(%0, %1, axis: 0); return z = %2'],
  ['a pad of nothing', ({ row }) => row.pad([0], [0]), 'return z = row'],
  ['a single part', ({ row }) => concat([row]), 'return z = row'],
  ['stopGradient', ({ row }) => row.stopGradient(), 'return z = row'],
  ['a constant that would grow stays small', ({ x }) => x.add(constant(2).broadcast([2, 3]).exp()), '%0 = constant(7.38905609893065); %1 = add(x, %0); return z = %1'],
];

test.each(identities)('%s', (_, build, expected) => {
  const program = trace((operands) => ({ z: build(operands) }), shapes);
  expect(text(simplify(program))).toBe(expected);
});

test('a broadcast stays where leaving it out would make operands of different rank grow', () => {
  const program = trace(({ mask, x, row }) => ({ z: where(mask, x, row.broadcast([1, 3, 4])) }), {
    mask: [2, 1, 1],
    x: [1, 3, 4],
    row: [4],
  });
  expect(shapeOf(simplify(program), simplify(program).outputs[0]!.value)).toEqual([2, 3, 4]);
});

describe('programs of the conformance suite', () => {
  type Inputs = Readonly<Record<string, ArrayLike<number>>>;
  const secondDerivatives = [...Object.values(primitiveExamples).flat(), ...functionExamples].flatMap(
    (example): [string, Program, Inputs][] => {
      const names = differentiableNames(example);
      if (names.length === 0) return [];
      const program = curvature(quadraticLoss(example), names);
      const operands = Object.fromEntries(
        example.operands.map(({ values }, i) => [operandNames[i]!, values]),
      );
      const rest = program.inputs.slice(example.operands.length);
      const directions = rest.map(({ name, shape }): [string, Float32Array] => [
        name,
        real(shape)(60).values,
      ]);
      return [
        [`${example.name}: raw curvature`, program, { ...operands, ...Object.fromEntries(directions) }],
      ];
    },
  );
  const programs = [
    ...[...conformanceCases, ...tracedUpdates].map(({ name, program, inputs }): [string, Program, Inputs] => [
      name,
      program,
      inputs,
    ]),
    ...secondDerivatives,
  ];

  test.each(programs)('%s', (_, program, inputs) => {
    const simplified = simplify(program);
    expect(simplified.inputs).toEqual(program.inputs);
    expect(simplified.outputs.map(({ name }) => name)).toEqual(program.outputs.map(({ name }) => name));
    expect(costOf(simplified).operations).toBeLessThanOrEqual(costOf(program).operations);
    expect(formatProgram(simplify(simplified))).toBe(formatProgram(simplified));

    const [before, after] = [interpret(program, inputs), interpret(simplified, inputs)];
    for (const [name, expected] of Object.entries(before)) {
      const scale = expected.reduce(
        (largest, x) => (Number.isFinite(x) ? Math.max(largest, Math.abs(x)) : largest),
        0,
      );
      const differing = expected.findIndex((x, i) => {
        const got = after[name]![i]!;
        return !(
          Object.is(x, got) ||
          x === got ||
          Math.abs(x - got) <= 1e-12 * Math.min(scale, Math.abs(x) + 1)
        );
      });
      expect([name, differing]).toEqual([name, -1]);
    }
  });
});

describe('withConstants', () => {
  const program = trace(({ w, x }) => ({ y: w.mul(2).sum().mul(x) }), { w: [3], x: [2] });

  test('folds what the numbers determine', () => {
    const baked = withConstants(program, { w: [1, 2, 3] });
    expect(text(baked)).toBe('%0 = constant(12); %1 = mul(x, %0); return y = %1');
    expect(baked.inputs).toEqual([{ name: 'x', shape: [2] }]);
    expect(interpret(baked, { x: [1, -1] }).y).toEqual(Float64Array.of(12, -12));
  });

  test('may leave no input', () => {
    expect(interpret(withConstants(program, { w: [1, 2, 3], x: [1, 2] }), {}).y).toEqual(
      Float64Array.of(12, 24),
    );
  });

  test('refuses numbers that do not fit, and names that are no input', () => {
    expect(() => withConstants(program, { w: [1, 2] })).toThrow(ShapeError);
    expect(() => withConstants(program, { w: [1, 2] })).toThrow('w has 2 numbers, but the program needs [3]');
    expect(() => withConstants(program, { z: [1] })).toThrow('has no such input');
  });
});

test('a large constant is kept once, and small where it is repeated', () => {
  const shape: Shape = [100, 100];
  const program = simplify(
    trace(({ x }) => ({ y: x.add(full(shape, 3)), z: full(shape, 3).exp() }), { x: shape }),
  );
  const stored = program.instructions
    .filter(({ primitive }) => primitive === 'constant')
    .map(({ shape }) => sizeOf(shape));
  expect(stored).toEqual([1, 1]);
});

test('folded factors do not overflow on the way', () => {
  const program = trace(({ x }) => ({ y: x.mul(2 ** 100).mul(2 ** -60) }), { x: [1] });
  const at = (folded: Program) => interpret(folded, { x: [2 ** 80] }, 'float32')['y'];
  // 2⁸⁰ · 2¹⁰⁰ is beyond the largest float32, just below 2¹²⁸; 2⁸⁰ · 2⁴⁰ is not.
  expect(at(program)).toEqual(Float32Array.of(Infinity));
  expect(at(simplify(program))).toEqual(Float32Array.of(2 ** 120));
});
