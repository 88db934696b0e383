/** Batch normalization: by the batch in a gradient step, by running statistics elsewhere. */
import { trace } from '@ascent-rl/core';
import { layout } from '@ascent-rl/core/nn';
import { generator } from '@ascent-rl/core/random';
import { interpret } from '@ascent-rl/core/reference';
import { batchNormalization, withStatistics } from './index.ts';

const module = batchNormalization(2);
const weights = layout(module.parameters);
const program = trace(
  ({ flat, x }) => {
    const parameters = weights.unpack(flat);
    const pass = module.train(parameters, x);
    return {
      trained: pass.output,
      used: module.apply(parameters, x),
      moved: withStatistics(weights, flat, pass.parameters),
    };
  },
  { flat: [weights.size], x: [4, 2] },
);
const x = [1, 10, 2, 10, 3, 30, 6, 30]; // means 3 and 20, variances 3.5 and 100

test('in a gradient step each number has mean 0 and variance 1 over the batch', () => {
  const { trained } = interpret(program, { flat: weights.initialize(generator(0)), x });
  const expected = [1, 10, 2, 10, 3, 30, 6, 30].map((value, i) =>
    i % 2 === 0 ? (value - 3) / Math.sqrt(3.5) : (value - 20) / 10,
  );
  expected.forEach((value, i) => expect(trained![i]).toBeCloseTo(value, 4));
});

test('elsewhere by running statistics, which approach those of the batches', () => {
  let flat: ArrayLike<number> = weights.initialize(generator(0));
  const before = interpret(program, { flat, x });
  // They start as mean 0 and variance 1.
  x.forEach((value, i) => expect(before.used![i]).toBeCloseTo(value, 3));
  for (let step = 0; step < 1200; step++) flat = interpret(program, { flat, x }).moved!;
  const { trained, used } = interpret(program, { flat, x });
  used!.forEach((value, i) => expect(value).toBeCloseTo(trained![i]!, 4));
});
