/** PPO with a penalty on the KL divergence (Schulman et al. 2017, eq. 8 and section 4). */
import { constant, trace } from '@ascent-rl/core';
import { multiCategorical } from '@ascent-rl/core/nn';
import { interpret, referenceBackend } from '@ascent-rl/core/reference';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { adaptedKlWeight, ppo, ppoLoss, type PpoOptions } from './index.ts';

test('the loss is −E[r Â − β KL], by hand', () => {
  // Two rows of two choices: π_old = (½, ½), π = (¾, ¼) and (¼, ¾); the first choice was taken.
  const logits = (...probabilities: number[]) => constant(probabilities.map(Math.log), [2, 2]);
  const [old, policy] = [logits(0.5, 0.5, 0.5, 0.5), logits(0.75, 0.25, 0.25, 0.75)];
  const program = trace(() => {
    const { policyLoss } = ppoLoss(
      multiCategorical(policy, [2]),
      constant([0, 0]),
      {
        actions: constant([0, 0], [2, 1]),
        logProbabilities: constant([Math.log(0.5), Math.log(0.5)]),
        values: constant([0, 0]),
        advantages: constant([2, -4]),
        valueTargets: constant([0, 0]),
      },
      { oldPolicy: multiCategorical(old, [2]), klWeight: 3 },
      { valueClipRange: null, valueWeight: 0, entropyWeight: 0, normalizeAdvantage: false },
    );
    return { policyLoss };
  }, {});
  const divergence = 0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25);
  const expected = (3 * divergence - 1.5 * 2 + (3 * divergence - 0.5 * -4)) / 2;
  expect(interpret(program, {})['policyLoss']![0]).toBeCloseTo(expected, 12);
});

test('β doubles over 1.5 times the target, halves under 1/1.5 of it, and stays in between', () => {
  expect(adaptedKlWeight(3, 0.0151, 0.01)).toBe(6);
  expect(adaptedKlWeight(3, 0.0066, 0.01)).toBe(1.5);
  expect(adaptedKlWeight(3, 0.0149, 0.01)).toBe(3);
  expect(adaptedKlWeight(3, 0.0067, 0.01)).toBe(3);
  // However often it is doubled or halved, float32 holds it.
  let [up, down] = [1, 1];
  for (let i = 0; i < 200; i++) [up, down] = [adaptedKlWeight(up, 1, 0.01), adaptedKlWeight(down, 0, 0.01)];
  expect(Math.fround(up)).toBeLessThan(Infinity);
  expect(Math.fround(down)).toBeGreaterThan(0);
});

async function run(options: PpoOptions) {
  const environment = makeVectorEnvironment('CartPole-v1', { count: 4 });
  const config = {
    rolloutSteps: 16,
    batchSize: 32,
    learningRate: 1e-2,
    hiddenSizes: [8],
    steps: 1280,
    ...options,
  };
  const learner = await ppo({ environment, backend: referenceBackend(), config, seed: 1 });
  const metrics = [];
  for await (const event of learner.train()) metrics.push(event.metrics);
  return metrics;
}

test('an adaptive weight keeps the divergence near its target', async () => {
  const metrics = await run({ objective: 'adaptiveKlPenalty', klTarget: 0.01 });
  metrics.slice(1).forEach((now, i) => {
    const before = metrics[i]!;
    expect(now['train/kl_weight']).toBe(
      adaptedKlWeight(before['train/kl_weight']!, before['train/kl']!, 0.01),
    );
  });
  const last = metrics.slice(10).map((now) => now['train/kl']!);
  const mean = last.reduce((sum, divergence) => sum + divergence, 0) / last.length;
  expect(mean).toBeGreaterThan(0.01 / 3);
  expect(mean).toBeLessThan(0.01 * 3);
});

test('a heavier penalty holds the policy back', async () => {
  const moved = async (klWeight: number) =>
    (await run({ objective: 'klPenalty', klWeight })).at(-1)!['train/approx_kl']!;
  expect(await moved(100)).toBeLessThan(0.2 * (await moved(0.01)));
});
