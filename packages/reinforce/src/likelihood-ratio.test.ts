/**
 * The likelihood-ratio identity: ∇J = E[Σₜ ∇ log π(aₜ|sₜ) ψₜ], whatever of the options ψ is. On decisions small enough
 * to try all of them, J is known, its gradient follows by differences, and sampled gradients must have it as mean.
 */
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { sizeOf } from '@ascent-rl/core';
import { box, discrete, vectorize, type Environment } from '@ascent-rl/environments';
import { parseConfig } from '@ascent-rl/training';
import { gradientSampler, reinforceModel, reinforceSchema, type ReinforceOptions } from './index.ts';

const samples = 2000;

/** Rewards by state and action; where an action leads, null where the episode ends. */
const decisions = [
  { rewards: [4, 6, 5], next: [1, 2, 2] },
  { rewards: [3, 7, 1], next: [null, null, null] },
  { rewards: [5, 2, 8], next: [null, 1, null] },
] as const;

const oneHot = (state: number) => Float32Array.from(decisions, (_, i) => (i === state ? 1 : 0));

function environmentOf(actions: number): Environment {
  let state = 0;
  return {
    observationSpace: box({ low: 0, high: 1, shape: [decisions.length] }),
    actionSpace: discrete(actions),
    reset() {
      state = 0;
      return { observation: oneHot(0), info: {} };
    },
    step(action) {
      const { rewards, next } = decisions[state]!;
      const [reward, following] = [rewards[action as 0], next[action as 0]!];
      state = following ?? state;
      return {
        observation: oneHot(state),
        reward,
        terminated: following === null,
        truncated: false,
        info: {},
      };
    },
  };
}

/** J(θ) = E[Σ γᵗ rₜ] from a state on, by trying every action. Logits are weights [3, outputs] and a bias. */
function expectedReturn(theta: readonly number[], actions: number, discount: number, state = 0): number {
  const outputs = theta.length / (decisions.length + 1);
  const logits = Array.from(
    { length: outputs },
    (_, k) => theta[state * outputs + k]! + theta[decisions.length * outputs + k]!,
  );
  // One logit is that of action 1 against action 0.
  const weights = (outputs === 1 ? [0, ...logits] : logits).map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight);
  return Array.from({ length: actions }).reduce<number>((sum, _, action) => {
    const { rewards, next } = decisions[state]!;
    const following = next[action]!;
    const rest = following === null ? 0 : discount * expectedReturn(theta, actions, discount, following);
    return sum + (weights[action]! / total) * (rewards[action]! + rest);
  }, 0);
}

function differences(f: (theta: readonly number[]) => number, theta: readonly number[]): number[] {
  const h = 1e-5;
  return theta.map((_, i) => (f(moved(theta, i, h)) - f(moved(theta, i, -h))) / (2 * h));
}

const moved = (theta: readonly number[], i: number, by: number) =>
  theta.map((value, j) => (i === j ? value + by : value));

/** Mean of sampled gradients, its standard error, and the variance of one sample summed over the parameters. */
async function sampled(environment: () => Environment, config: ReinforceOptions, theta: readonly number[]) {
  const backend = await wasmBackend();
  const vector = vectorize(environment, 1);
  const options: ReinforceOptions = { hiddenSizes: [], batchSize: 4, ...config };
  const { layout } = reinforceModel(vector, parseConfig(reinforceSchema, options, 'test'));
  const parameters = new Float32Array(layout.size);
  const places = layout.entries.map(({ name, offset, shape }) => ({ name, offset, size: sizeOf(shape) }));
  let used = 0;
  for (const { name, offset, size } of places) {
    if (name.startsWith('critic')) continue;
    parameters.set(theta.slice(used, (used += size)), offset);
  }
  // Values near the true ones: what a fitted baseline says.
  const critic = places.find(({ name }) => name === 'critic.0.weight');
  if (critic) parameters.set([10, 4, 6].slice(0, critic.size), critic.offset);
  const sampler = await gradientSampler({
    environment: vector,
    backend,
    config: options,
    parameters,
    seed: 1,
  });
  const sum = new Float64Array(layout.size);
  const squares = new Float64Array(layout.size);
  for (let n = 0; n < samples; n++) {
    (await sampler.sample()).forEach((value, i) => {
      sum[i]! += value;
      squares[i]! += value ** 2;
    });
  }
  sampler.dispose();
  await backend.close();
  const mean = sum.map((value) => value / samples);
  const variance = squares.map((value, i) => value / samples - mean[i]! ** 2);
  const ofActor = places
    .filter(({ name }) => !name.startsWith('critic'))
    .flatMap(({ offset, size }) => Array.from({ length: size }, (_, i) => offset + i));
  return {
    mean: ofActor.map((i) => mean[i]!),
    error: ofActor.map((i) => Math.sqrt(variance[i]! / samples)),
    variance: variance.reduce((total, value) => total + value, 0),
  };
}

const variants = (['wholeEpisode', 'rewardToGo'] as const).flatMap((returns) =>
  (['none', 'constant', 'value'] as const).map((baseline) => ({ returns, baseline })),
);

describe.each([
  ['a sigmoid', 2, 1, 'sigmoid'],
  ['a softmax over two', 2, 2, 'softmax'],
  ['a softmax over three', 3, 3, 'sigmoid'],
] as const)('%s', (_, actions, outputs, binaryPolicy) => {
  const theta = Array.from({ length: outputs * 4 }, (__, i) => Math.sin(3 * i) / 2);
  const run = (config: ReinforceOptions) =>
    sampled(() => environmentOf(actions), { binaryPolicy, discount: 1, ...config }, theta);
  const exact = (discount: number) => differences((at) => expectedReturn(at, actions, discount), theta);

  test.each(variants)('the mean is the gradient: %o', async (variant) => {
    const { mean, error } = await run(variant);
    exact(1).forEach((value, i) => expect(Math.abs(mean[i]! - value)).toBeLessThan(4 * error[i]! + 1e-6));
  });

  test('whole episodes have the gradient of the discounted return', async () => {
    const { mean, error } = await run({ returns: 'wholeEpisode', baseline: 'value', discount: 0.5 });
    exact(0.5).forEach((value, i) => expect(Math.abs(mean[i]! - value)).toBeLessThan(4 * error[i]! + 1e-6));
  });

  test('the variance falls with reward-to-go, with a baseline, and with the episodes of an update', async () => {
    const [whole, toGo, constant, value] = await Promise.all([
      run({ returns: 'wholeEpisode', baseline: 'none' }),
      run({ baseline: 'none' }),
      run({ baseline: 'constant' }),
      run({ baseline: 'value' }),
    ]);
    expect(toGo.variance).toBeLessThan(whole.variance);
    expect(constant.variance).toBeLessThan(toGo.variance);
    expect(value.variance).toBeLessThan(constant.variance);
    const batch = await run({ baseline: 'none', episodesPerUpdate: 4 });
    expect(batch.variance / toGo.variance).toBeCloseTo(1 / 4, 1);
  });
});

test('a Gaussian policy: E[−(a − c)²] = −(μ − c)² − σ²', async () => {
  const [centre, logDeviation] = [2, -0.5];
  const environment = (): Environment => ({
    observationSpace: box({ low: 0, high: 1, shape: [1] }),
    actionSpace: box({ low: -100, high: 100, shape: [1] }),
    reset: () => ({ observation: Float32Array.of(1), info: {} }),
    step: (action) => ({
      observation: Float32Array.of(1),
      reward: -(((action as Float32Array)[0]! - centre) ** 2),
      terminated: true,
      truncated: false,
      info: {},
    }),
  });
  const [weight, bias] = [0.4, 0.2];
  const config = { baseline: 'constant' } as const;
  const { mean, error } = await sampled(environment, config, [weight, bias, logDeviation]);
  const slope = -2 * (weight + bias - centre);
  const exact = [slope, slope, -2 * Math.exp(2 * logDeviation)];
  exact.forEach((value, i) => expect(Math.abs(mean[i]! - value)).toBeLessThan(4 * error[i]!));
});
