/** Examples of the composed functions. */
import {
  argMax,
  elu,
  gatherAlong,
  gelu,
  huber,
  inner,
  logSigmoid,
  logSoftmax,
  logSumExp,
  meanSquaredError,
  minimumOf,
  oneHot,
  relu,
  sigmoid,
  softmax,
  softplus,
  standardize,
} from '../../tensor/functions.ts';
import { full, stack } from '../../tensor/constructors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { nonzero, real, whole } from '../numbers.ts';
import { example, type Example } from './example.ts';

const activations: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
  ['relu', relu],
  ['elu', elu],
  ['gelu', gelu],
  ['sigmoid', sigmoid],
  ['softplus', softplus],
  ['logSigmoid', logSigmoid],
  ['huber', (x) => huber(x)],
  ['huber with δ = 0.7', (x) => huber(x, 0.7)],
  ['square', (x) => x.square()],
  ['clip', (x) => x.clip(-1, 0.5)],
  ['greater', (x) => x.greater(0.25)],
];

/** Whole computations of one operand [2, 3, 4]. */
const ofOneOperand: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
  ['softmax', (x) => softmax(x)],
  ['softmax along 1', (x) => softmax(x, 1)],
  ['logSoftmax', (x) => logSoftmax(x)],
  ['logSoftmax along 0', (x) => logSoftmax(x, 0)],
  ['logSumExp', (x) => logSumExp(x)],
  ['logSumExp over 0 and 2', (x) => logSumExp(x, [0, 2])],
  ['logSumExp over 1, axes kept', (x) => logSumExp(x, 1, { keepAxes: true })],
  ['mean', (x) => x.mean()],
  ['mean over 1', (x) => x.mean(1)],
  ['variance', (x) => x.variance()],
  ['variance over 2, unbiased, axes kept', (x) => x.variance(2, { correction: 1, keepAxes: true })],
  ['minOver 1', (x) => x.minOver(1)],
  ['standardize', (x) => standardize(x)],
  ['argMax', (x) => argMax(x)],
  ['argMax along 1', (x) => argMax(x, 1)],
  ['transpose', (x) => x.transpose()],
  ['expand and squeeze', (x) => x.expand(1).add(1).squeeze(1)],
];

/** In the order of `tensor/functions.ts`, then the composed methods of `Tensor`. */
export const functionExamples: readonly Example[] = [
  ...activations.map(([name, build]) => example(name, [nonzero([3, 4])], build)),
  ...ofOneOperand.map(([name, build]) => example(name, [real([2, 3, 4])], build)),
  example('standardize one element', [real([1])], (x) => standardize(x)),
  example('oneHot', [whole([2, 3], 4)], (index) => oneHot(index, 4)),
  example('gatherAlong', [real([2, 3, 4]), whole([2, 3], 4)], gatherAlong),
  example('minimumOf three', [real([4]), real([4]), real([4])], (x, y, z) => minimumOf([x, y, z])),
  example('meanSquaredError', [real([4]), real([4])], meanSquaredError),
  example('inner', [real([2, 3]), real([2, 3])], inner),
  example('stack along 1', [real([2, 3]), real([2, 3])], (...parts) => stack(parts, 1)),
  example('full', [real([2, 3])], (x) => full([2, 3], 1.5).sub(x)),
];
