/** Distributions on ONNX Runtime against an independent program, to float32 rounding. */
import { readFileSync } from 'node:fs';
import { simplify, trace, type Backend, type Tensor } from '@ascent-rl/core';
import { diagonalGaussian, multiCategorical, squashedGaussian } from '@ascent-rl/core/nn';
import { onnxBackend } from './index.ts';

const fixture = JSON.parse(
  readFileSync(new URL('../../core/fixtures/distributions.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, number[] | number[][]>>;

let backend: Backend;
beforeAll(async () => {
  backend = await onnxBackend();
});
afterAll(() => backend.close());

/** Runs a program over the golden inputs and compares its outputs with the golden values of the same names. */
async function compare(
  golden: Record<string, number[] | number[][]>,
  inputNames: readonly string[],
  build: (inputs: Record<string, Tensor>) => Record<string, Tensor>,
): Promise<void> {
  const shapeOf = (rows: number[] | number[][]) =>
    Array.isArray(rows[0]) ? [rows.length, rows[0].length] : [rows.length];
  const shapes = Object.fromEntries(inputNames.map((name) => [name, shapeOf(golden[name]!)]));
  const program = simplify(trace(build, shapes));
  const executable = await backend.compile(program);
  const inputs = Object.fromEntries(inputNames.map((name) => [name, backend.allocate(shapes[name]!)]));
  const names = program.outputs.map(({ name }) => name);
  const outputs = Object.fromEntries(names.map((name) => [name, backend.allocate(shapeOf(golden[name]!))]));
  inputNames.forEach((name) => inputs[name]!.write(golden[name]!.flat()));
  await executable.bind(inputs, outputs).run();
  for (const name of names) {
    const results = await outputs[name]!.read();
    golden[name]!.flat().forEach((expected, i) => {
      expect(Math.abs(results[i]! - expected)).toBeLessThan(2e-6 * Math.max(1, Math.abs(expected)));
    });
  }
}

test('categorical', () =>
  compare(
    fixture['categorical']!,
    ['logits', 'actions', 'other_logits'],
    ({ logits, actions, other_logits }) => {
      const policy = multiCategorical(logits!, [3]);
      return {
        log_prob: policy.logProbability(actions!.expand(1)),
        entropy: policy.entropy(),
        kl: policy.kl(multiCategorical(other_logits!, [3])),
      };
    },
  ));

test('diagonal Gaussian', () =>
  compare(
    fixture['diagonal_gaussian']!,
    ['mean', 'log_std', 'action', 'other_mean', 'other_log_std'],
    ({ mean, log_std, action, other_mean, other_log_std }) => {
      const policy = diagonalGaussian(mean!, log_std!);
      return {
        log_prob: policy.logProbability(action!),
        entropy: policy.entropy(),
        kl: policy.kl(diagonalGaussian(other_mean!, other_log_std!)),
      };
    },
  ));

test('squashed Gaussian, also where the action rounds to 1', () =>
  compare(fixture['squashed_gaussian']!, ['mean', 'log_std', 'pre_tanh'], ({ mean, log_std, pre_tanh }) => ({
    log_prob: squashedGaussian(mean!, log_std!).logProbabilityOf(pre_tanh!),
  })));
