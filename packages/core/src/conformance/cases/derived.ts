/** From every example: its value, its gradient, and a Hessian-vector product. */
import type { Primitive } from '../../tensor/primitives.ts';
import { grad, gradient } from '../../tensor/gradient.ts';
import { inner } from '../../tensor/functions.ts';
import { inline, trace, type Program } from '../../tensor/program.ts';
import { simplify } from '../../simplify/simplify.ts';
import { constant, type Tensor } from '../../tensor/tensor.ts';
import { caseOf, operandNames, type ConformanceCase } from '../case.ts';
import { functionExamples, primitiveExamples, type Example } from '../examples/index.ts';
import { real } from '../numbers.ts';

/** Primitives that round nothing. */
const exact: ReadonlySet<string> = new Set<Primitive>([
  ...([
    'neg',
    'abs',
    'max',
    'min',
    'less',
    'equal',
    'where',
    'maxOver',
    'reshape',
    'permute',
    'broadcast',
  ] as const),
  ...(['slice', 'pad', 'concat', 'gather', 'iota', 'stopGradient'] as const),
]);

/** Names of the operands that have a derivative. */
export function differentiableNames({ operands }: Example): string[] {
  return operands.flatMap(({ differentiable }, i) => (differentiable ? [operandNames[i]!] : []));
}

/** L = ½ Σ (y + w)² of an example's result y, with fixed numbers w: curved even where the operation is linear. */
export function quadraticLoss({ operands, build }: Example): Program {
  return caseOf({ group: '', name: '' }, operands, (...tensors) => {
    const y = build(...tensors);
    return {
      loss: y
        .add(constant(real(y.shape)(99).values, y.shape))
        .square()
        .sum()
        .mul(0.5),
    };
  }).program;
}

/** L = Σ y, whose derivatives are those of the operation itself. */
export function plainLoss({ operands, build }: Example): Program {
  return caseOf({ group: '', name: '' }, operands, (...tensors) => ({ loss: build(...tensors).sum() }))
    .program;
}

/** H v, where H is the Hessian of a loss by the named inputs; v enters as `v.name`, the product leaves as `curvature.name`. */
export function curvature(loss: Program, names: readonly string[]): Program {
  const shapes = Object.fromEntries(loss.inputs.map(({ name, shape }) => [name, shape]));
  const directions = Object.fromEntries(names.map((name) => [`v.${name}`, shapes[name]!]));
  return trace(
    (inputs: Readonly<Record<string, Tensor>>) => {
      const targets = Object.fromEntries(names.map((name) => [name, inputs[name]!]));
      const slopes = gradient(inline(loss, inputs).loss!, targets);
      const along = names
        .map((name) => inner(slopes[name]!, inputs[`v.${name}`]!))
        .reduce((sum, term) => sum.add(term));
      return { curvature: gradient(along, targets) };
    },
    { ...shapes, ...directions },
  );
}

/** The example's value, and where operands have derivatives those of a loss. */
export function derivedCases(
  group: string,
  examples: readonly Example[],
  isExact = false,
): readonly ConformanceCase[] {
  return examples.flatMap((example) => {
    const { name, operands, build } = example;
    const heading = { group, name, ...(isExact && { scale: 'exact' as const }) };
    const value = caseOf(heading, operands, (...tensors) => ({ y: build(...tensors) }));
    const names = differentiableNames(example);
    return names.length === 0 ? [value] : [value, ...derivativeCases(value, quadraticLoss(example), names)];
  });
}

/** Gradient and Hessian-vector product of a loss, at the inputs and with the scale of the value's case. */
export function derivativeCases(
  { group, name, inputs }: ConformanceCase,
  loss: Program,
  names: readonly string[],
  scale?: number,
): readonly ConformanceCase[] {
  const directions = names.map((input, i) => {
    const shape = loss.inputs.find((candidate) => candidate.name === input)!.shape;
    return [`v.${input}`, real(shape)(50 + i).values] as const;
  });
  const common = { group: `${group}, derivatives`, inputs, ...(scale !== undefined && { scale }) };
  return [
    { ...common, name: `${name}: gradient`, program: grad(loss, names) },
    {
      ...common,
      name: `${name}: curvature`,
      // As programs come in practice: simplified.
      program: simplify(curvature(loss, names)),
      inputs: { ...inputs, ...Object.fromEntries(directions) },
    },
  ];
}

/** Every primitive's and every composed function's examples. */
export const exampleCases: readonly ConformanceCase[] = [
  ...Object.entries(primitiveExamples).flatMap(([primitive, examples]) =>
    derivedCases(primitive, examples, exact.has(primitive)),
  ),
  ...derivedCases('functions', functionExamples),
];
