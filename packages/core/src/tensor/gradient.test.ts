import { curvature, differentiableNames, plainLoss, quadraticLoss } from '../conformance/cases/derived.ts';
import { functionExamples, primitiveExamples, type Example } from '../conformance/examples/index.ts';
import { operandNames } from '../conformance/case.ts';
import { real } from '../conformance/numbers.ts';
import { ShapeError } from '../errors.ts';
import { interpret } from '../reference/interpreter.ts';
import { inner } from './functions.ts';
import { grad, gradient, valueAndGrad, vectorJacobianProduct, vjp } from './gradient.ts';
import { trace, type Program } from './program.ts';
import { constant, input, type Tensor } from './tensor.ts';

type Numbers = Readonly<Record<string, ArrayLike<number>>>;

const evaluate = (tensor: Tensor): number[] =>
  Array.from(
    interpret(
      trace(() => ({ y: tensor }), {}),
      {},
    ).y!,
  );
const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  Array.from(x).reduce((sum, number, i) => sum + number * y[i]!, 0);

describe('finite differences in float64', () => {
  const step = 1e-5;

  /** (f(x + hv) − f(x − hv)) / 2h of every output of a program. */
  function difference(program: Program, x: Numbers, v: Numbers): Record<string, number[]> {
    const at = (h: number) =>
      interpret(program, {
        ...x,
        ...Object.fromEntries(
          Object.entries(v).map(([name, direction]) => [
            name,
            Array.from(x[name]!, (number, i) => number + h * direction[i]!),
          ]),
        ),
      });
    const [ahead, behind] = [at(step), at(-step)];
    return Object.fromEntries(
      Object.keys(ahead).map((name) => [
        name,
        Array.from(ahead[name]!, (y, i) => (y - behind[name]![i]!) / (2 * step)),
      ]),
    );
  }

  function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
    const scale = Math.max(1, ...Array.from(expected, Math.abs));
    expect(got).toHaveLength(expected.length);
    Array.from(got).forEach((x, i) => expect(Math.abs(x - expected[i]!) / scale).toBeLessThan(1e-6));
  }

  // A stopped gradient differs from a finite difference on purpose; it is tested below.
  const { stopGradient: _, ...others } = primitiveExamples;
  const examples = [...Object.values(others).flat(), ...functionExamples].filter(
    (example) => differentiableNames(example).length > 0,
  );

  test.each(examples.map((example): [string, Example] => [example.name, example]))('%s', (_name, example) => {
    const names = differentiableNames(example);
    const x: Numbers = Object.fromEntries(
      example.operands.map(({ values }, i) => [operandNames[i]!, values]),
    );
    const v: Numbers = Object.fromEntries(
      names.map((name, i) => [name, real([x[name]!.length])(70 + i).values]),
    );
    const directions = Object.fromEntries(names.map((name) => [`v.${name}`, v[name]!]));

    for (const loss of [plainLoss(example), quadraticLoss(example)]) {
      if (!Number.isFinite(interpret(loss, x).loss![0])) continue;
      const slopes = grad(loss, names);
      const first = interpret(slopes, x);
      const along = names.reduce((sum, name) => sum + dot(first[`grad.${name}`]!, v[name]!), 0);
      expectClose([along], difference(loss, x, v).loss!);

      const second = interpret(curvature(loss, names), { ...x, ...directions });
      const differences = difference(slopes, x, v);
      for (const name of names) expectClose(second[`curvature.${name}`]!, differences[`grad.${name}`]!);
    }
  });
});

describe('gradient', () => {
  const x = constant([1, 2, 3]);

  test('adds up over all paths', () => {
    // d/dx (x² + 3x) = 2x + 3
    expect(evaluate(gradient(x.mul(x).add(x.mul(3)).sum(), x))).toEqual([5, 7, 9]);
  });

  test('of a record has its structure', () => {
    const leaves = { a: constant(2), nested: { b: constant(5) } };
    const slopes = gradient(leaves.a.mul(leaves.nested.b), leaves);
    expect([evaluate(slopes.a), evaluate(slopes.nested.b)]).toEqual([[5], [2]]);
  });

  test('counts intermediate tensors, also those that depend on each other', () => {
    const y = x.mul(2);
    const loss = y.mul(y).sum();
    const slopes = gradient(loss, { x, y });
    expect(evaluate(slopes.y)).toEqual([4, 8, 12]);
    expect(evaluate(slopes.x)).toEqual([8, 16, 24]);
  });

  test('is zero where nothing depends', () => {
    expect(evaluate(gradient(x.sum(), constant([1, 2])))).toEqual([0, 0]);
    expect(evaluate(gradient(x.less(2).sum(), x))).toEqual([0, 0, 0]);
  });

  test('of the tensor itself is 1', () => {
    const loss = constant(3);
    expect(evaluate(gradient(loss, loss))).toEqual([1]);
  });

  test('does not pass stopGradient', () => {
    expect(evaluate(gradient(x.mul(x.stopGradient()).sum(), x))).toEqual([1, 2, 3]);
    expect(evaluate(gradient(x.stopGradient().sum(), x))).toEqual([0, 0, 0]);
  });

  test('at ties goes to the second of two, is shared by equal maxima, and is 0 for |0|', () => {
    const [a, b] = [constant([1, 2, 5]), constant([1, 3, 4])];
    const larger = gradient(a.max(b).sum(), { a, b });
    expect([evaluate(larger.a), evaluate(larger.b)]).toEqual([
      [0, 0, 1],
      [1, 1, 0],
    ]);
    const smaller = gradient(a.min(b).sum(), { a, b });
    expect([evaluate(smaller.a), evaluate(smaller.b)]).toEqual([
      [0, 1, 0],
      [1, 0, 1],
    ]);
    const ties = constant([4, 1, 4, 3]);
    expect(evaluate(gradient(ties.maxOver(), ties))).toEqual([0.5, 0, 0.5, 0]);
    const zero = constant([0, -2, 3]);
    expect(evaluate(gradient(zero.abs().sum(), zero))).toEqual([0, -1, 1]);
  });

  test('can be differentiated three times', () => {
    // x⁴: 4x³, 12x², 24x
    const powers = [0, 1, 2].reduce((y) => gradient(y.sum(), x), x.square().square());
    expect(evaluate(powers)).toEqual([24, 48, 72]);
  });

  test('gives a Hessian-vector product', () => {
    // f = x₀² x₁, H = [[2x₁, 2x₀], [2x₀, 0]] at (3, 5), v = (1, 2)
    const p = constant([3, 5]);
    const f = p.slice(0, 0, 1).square().mul(p.slice(0, 1)).sum();
    expect(evaluate(gradient(inner(gradient(f, p), constant([1, 2])), p))).toEqual([22, 6]);
  });

  test('refuses a loss that is not a scalar', () => {
    expect(() => gradient(x, x)).toThrow(ShapeError);
    expect(() => gradient(x, x)).toThrow(
      'gradient: the loss must be a scalar [], got [3]; reduce it with mean() or sum()',
    );
  });
});

describe('of programs', () => {
  const program = trace(({ w, x }) => ({ loss: w.mul(x).sum(), product: w.mul(x) }), { w: [2], x: [2] });
  const scalar = trace(({ w, x }) => ({ loss: w.mul(x).sum() }), { w: [2], x: [2] });
  const numbers = { w: [2, 3], x: [5, 7] };

  test('grad gives every input, or those asked for', () => {
    expect(interpret(grad(scalar), numbers)).toEqual({
      'grad.w': Float64Array.of(5, 7),
      'grad.x': Float64Array.of(2, 3),
    });
    expect(interpret(grad(scalar, ['x']), numbers)).toEqual({ 'grad.x': Float64Array.of(2, 3) });
  });

  test('valueAndGrad keeps the outputs in front', () => {
    const result = valueAndGrad(program, ['w']);
    expect(result.inputs).toEqual(program.inputs);
    expect(interpret(result, numbers)).toEqual({
      loss: Float64Array.of(31),
      product: Float64Array.of(10, 21),
      'grad.w': Float64Array.of(5, 7),
    });
  });

  test('vjp weighs every output', () => {
    const cotangents = { 'v.loss': [1], 'v.product': [10, 100] };
    // (1 + v) x
    expect(interpret(vjp(program, ['w']), { ...numbers, ...cotangents })).toEqual({
      'grad.w': Float64Array.of(55, 707),
    });
  });

  test('a derivative differentiates again', () => {
    const cube = trace(({ x }) => ({ y: x.mul(x).mul(x) }), { x: [] });
    expect(interpret(grad(grad(cube)), { x: [5] })).toEqual({ 'grad.x': Float64Array.of(30) });
  });

  test('unknown inputs and cotangents of another shape are refused', () => {
    expect(() => grad(scalar, ['z'])).toThrow('grad: no input z; the program has w, x');
    const y = input([2]);
    expect(() => vectorJacobianProduct([[y, input([3])]], [y])).toThrow('cotangent [3] for a tensor [2]');
  });
});
