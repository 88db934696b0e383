/** Distributions against an independent program (fixtures/distributions.json) and by their definitions. */
import { readFileSync } from 'node:fs';
import { constant, trace, type Tensor } from '../../index.ts';
import { interpret } from '../../reference/index.ts';
import { bernoulli, diagonalGaussian, multiCategorical, squashedGaussian } from '../index.ts';

const fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/distributions.json', import.meta.url), 'utf8'),
) as Record<'categorical' | 'diagonal_gaussian' | 'squashed_gaussian', Record<string, number[] | number[][]>>;

const matrix = (rows: number[] | number[][]): Tensor => {
  const [first] = rows;
  return Array.isArray(first)
    ? constant(rows.flat(), [rows.length, first.length])
    : constant(rows as number[]);
};
const evaluate = (outputs: Record<string, Tensor>) =>
  interpret(
    trace(() => outputs, {}),
    {},
  );
const expectClose = (actual: ArrayLike<number>, expected: number[] | number[][], digits = 9) => {
  expected.flat().forEach((value, i) => {
    const scale = Math.max(1, Math.abs(value));
    expect(Math.abs(actual[i]! - value) / scale).toBeLessThan(10 ** -digits);
  });
  expect(actual).toHaveLength(expected.flat().length);
};

test('categorical log-probability, entropy and KL match, down to probabilities of e⁻¹⁶⁰', () => {
  const golden = fixture.categorical;
  const policy = multiCategorical(matrix(golden['logits']!), [3]);
  const results = evaluate({
    logProbability: policy.logProbability(matrix(golden['actions']!).expand(1)),
    entropy: policy.entropy(),
    kl: policy.kl(multiCategorical(matrix(golden['other_logits']!), [3])),
  });
  expectClose(results['logProbability']!, golden['log_prob']!);
  expectClose(results['entropy']!, golden['entropy']!);
  expectClose(results['kl']!, golden['kl']!);
});

test('diagonal Gaussian log-probability, entropy and KL match', () => {
  const golden = fixture.diagonal_gaussian;
  const policy = diagonalGaussian(matrix(golden['mean']!), matrix(golden['log_std']!));
  const other = diagonalGaussian(matrix(golden['other_mean']!), matrix(golden['other_log_std']!));
  const results = evaluate({
    logProbability: policy.logProbability(matrix(golden['action']!)),
    entropy: policy.entropy(),
    kl: policy.kl(other),
  });
  expectClose(results['logProbability']!, golden['log_prob']!);
  expectClose(results['entropy']!, golden['entropy']!);
  expectClose(results['kl']!, golden['kl']!);
});

test('squashed Gaussian log-probability matches even where the action rounds to 1', () => {
  const golden = fixture.squashed_gaussian;
  const policy = squashedGaussian(matrix(golden['mean']!), matrix(golden['log_std']!));
  const { logProbability } = evaluate({
    logProbability: policy.logProbabilityOf(matrix(golden['pre_tanh']!)),
  });
  expectClose(logProbability!, golden['log_prob']!);
});

test('a squashed sample is tanh of the base sample, with its log-probability', () => {
  const policy = squashedGaussian(constant([0.5, -1], [1, 2]), constant([0, -1], [1, 2]));
  const noise = constant([1, 2], [1, 2]);
  const { action, logProbability } = policy.sampleWithLogProbability(noise);
  const results = evaluate({
    action,
    logProbability,
    again: policy.logProbabilityOf(policy.base.sample(noise)),
  });
  expectClose(results['action']!, [Math.tanh(1.5), Math.tanh(-1 + 2 * Math.exp(-1))]);
  expect(results['logProbability']).toEqual(results['again']);
});

test('independent choices add their log-probabilities and entropies', () => {
  const left = constant([1, 2, 0.5, 0], [2, 2]);
  const right = constant([0, 3, 1, 1, -1, 2], [2, 3]);
  const joint = multiCategorical(constant([1, 2, 0, 3, 1, 0.5, 0, 1, -1, 2], [2, 5]), [2, 3]);
  const parts = [multiCategorical(left, [2]), multiCategorical(right, [3])] as const;
  const results = evaluate({
    joint: joint.logProbability(constant([1, 2, 0, 1], [2, 2])),
    sum: parts[0]
      .logProbability(constant([1, 0], [2, 1]))
      .add(parts[1].logProbability(constant([2, 1], [2, 1]))),
    entropy: joint.entropy(),
    entropySum: parts[0].entropy().add(parts[1].entropy()),
    mode: joint.mode(),
  });
  expectClose(results['joint']!, [...results['sum']!]);
  expectClose(results['entropy']!, [...results['entropySum']!]);
  expect([...results['mode']!]).toEqual([1, 1, 0, 2]);
});

test('a masked choice is never sampled and leaves entropy and KL finite', () => {
  const masked = () => multiCategorical(constant([0, -Infinity, 0], [1, 3]), [3]);
  const results = evaluate({
    sample: masked().sample(constant([0.01, 0.999999, 0.02], [1, 3])),
    entropy: masked().entropy(),
    kl: masked().kl(masked()),
  });
  expect([...results['sample']!]).toEqual([2]);
  expectClose(results['entropy']!, [Math.LN2]);
  expectClose(results['kl']!, [0]);
});

test('Gumbel samples follow the probabilities', () => {
  const rows = 4000;
  const logits = constant([0, 1, 2]).broadcast([rows, 3]);
  // A low-discrepancy sequence (Roberts 2018, R₃) in place of random numbers makes the error small.
  const noise = Float64Array.from({ length: rows * 3 }, (_, i) => {
    const plastic = 1.2207440846057596;
    return (0.5 + (Math.floor(i / 3) + 1) / plastic ** ((i % 3) + 1)) % 1;
  });
  const { sample } = evaluate({ sample: multiCategorical(logits, [3]).sample(constant(noise, [rows, 3])) });
  const total = 1 + Math.E + Math.E ** 2;
  [1, Math.E, Math.E ** 2].forEach((weight, choice) => {
    const share = sample!.filter((x) => x === choice).length / rows;
    expect(Math.abs(share - weight / total)).toBeLessThan(0.01);
  });
});

test('Bernoulli choices equal choices among two with logits 0 and l', () => {
  const logits = [-30, -1, 0, 2];
  const other = [1, 0.5, -2, 2];
  const pairs = (values: number[]) =>
    multiCategorical(
      constant(
        values.flatMap((logit) => [0, logit]),
        [1, 8],
      ),
      [2, 2, 2, 2],
    );
  const action = constant([0, 1, 1, 0], [1, 4]);
  const policy = bernoulli(constant(logits, [1, 4]));
  const results = evaluate({
    logProbability: policy.logProbability(action),
    expectedLogProbability: pairs(logits).logProbability(action),
    entropy: policy.entropy(),
    expectedEntropy: pairs(logits).entropy(),
    kl: policy.kl(bernoulli(constant(other, [1, 4]))),
    expectedKl: pairs(logits).kl(pairs(other)),
    mode: policy.mode(),
    sample: policy.sample(constant([0.1, 0.2, 0.6, 0.8], [1, 4])),
  });
  expectClose(results['logProbability']!, [...results['expectedLogProbability']!]);
  expectClose(results['entropy']!, [...results['expectedEntropy']!]);
  expectClose(results['kl']!, [...results['expectedKl']!]);
  expect([...results['mode']!]).toEqual([0, 0, 0, 1]);
  expect([...results['sample']!]).toEqual([0, 1, 0, 1]);
});

test('distributions refuse shapes that would broadcast wrongly', () => {
  expect(() => multiCategorical(constant([1, 2]), [2])).toThrow('expected logits [B, 2], got [2]');
  expect(() => diagonalGaussian(constant([1, 2], [2, 1]), constant([1, 2]))).toThrow('got [2, 1] and [2]');
});
