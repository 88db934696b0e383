/** Programs whose inputs and outputs are unusual. */
import type { Shape } from '../../tensor/shape.ts';
import { trace, type TensorTree } from '../../tensor/program.ts';
import { concat, full, iota, scatterAdd } from '../../tensor/constructors.ts';
import { constant, type Tensor } from '../../tensor/tensor.ts';
import type { ConformanceCase } from '../case.ts';
import { real } from '../numbers.ts';

function border(
  name: string,
  shapes: Readonly<Record<string, Shape>>,
  build: (inputs: Readonly<Record<string, Tensor>>) => TensorTree,
): ConformanceCase {
  const inputs = Object.entries(shapes).map(
    ([input, shape], i) => [input, real(shape)(i + 1).values] as const,
  );
  return { group: 'borders', name, program: trace(build, shapes), inputs: Object.fromEntries(inputs) };
}

const count = 24;

/** Cases of program borders. */
export const borderCases: readonly ConformanceCase[] = [
  border('an output that is an input', { x: [2, 3] }, ({ x }) => ({ y: x! })),
  border('an output that is an input, beside others', { x: [3] }, ({ x }) => ({ y: x!.exp(), same: x! })),
  border('inputs of size 0 as outputs', { x: [0, 3] }, ({ x }) => ({ y: x! })),
  border('one value as two outputs', { x: [3] }, ({ x }) => {
    const y = x!.exp();
    return { first: y, second: y };
  }),
  border('one input as two outputs', { x: [3] }, ({ x }) => ({ first: x!, second: x! })),
  border('a value that is an output and an operand', { x: [3] }, ({ x }) => {
    const y = x!.exp();
    return { y, z: y.mul(2) };
  }),
  border('an unused input', { x: [3], unused: [2, 2] }, ({ x }) => ({ y: x!.add(1) })),
  border('only unused inputs', { unused: [3] }, () => ({ y: constant([1, 2, 3]) })),
  border('no input', {}, () => ({ y: iota([4]).mul(2), z: constant(3) })),
  border('no output', { x: [3] }, () => ({})),
  border('a constant as two outputs', {}, () => {
    const c = constant([1, 2]);
    return { first: c, second: c };
  }),
  border('nested names', { a: [2], b: [2] }, ({ a, b }) => ({
    outer: { inner: a!.add(b!), other: { deep: a!.mul(b!) } },
  })),
  border('names with spaces and signs', { 'a b/c:0': [2], '1': [2] }, (inputs) => ({
    'grad.x-y': inputs['a b/c:0']!.sub(inputs['1']!),
  })),
  border('an operand used twice by one operation', { x: [2, 2] }, ({ x }) => ({
    y: x!.matmul(x!),
    z: x!.mul(x!),
  })),
  border('one number everywhere as an operand', { x: [3, 2], table: [4, 2] }, ({ x, table }) => ({
    left: full([4, 3], 2).matmul(x!),
    right: x!.matmul(full([2, 5], 3)),
    rows: table!.gather(full([3], 1)),
    added: scatterAdd(full([3], 2), x!, 4),
  })),
  border('many outputs', { x: [3] }, ({ x }) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`y${i}`, x!.add(i)])),
  ),
  border(
    'many inputs',
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, [2]])),
    (inputs) => ({
      y: concat(Object.values(inputs)),
      z: Object.values(inputs).reduce((sum, x) => sum.add(x)),
    }),
  ),
  border('a long chain', { x: [5] }, ({ x }) => {
    let y = x!;
    for (let i = 0; i < 200; i++) y = y.mul(0.9).add(0.1).tanh();
    return { y };
  }),
  border('a value needed again much later', { x: [4, 4] }, ({ x }) => {
    const early = x!.exp();
    let y = x!;
    for (let i = 0; i < 20; i++) y = y.matmul(x!).tanh();
    return { y: y.add(early) };
  }),
  border('everything at once', { x: [8, 6], w: [6, 5] }, ({ x, w }) => {
    const h = x!.matmul(w!).tanh();
    const scores = concat([h, x!.slice(1, 0, 2)], 1);
    return {
      best: scores.maxOver(1),
      total: scores.sum([0, 1]),
      flat: scores.permute([1, 0]).reshape([56]).slice(0, 3, 50),
    };
  }),
];
