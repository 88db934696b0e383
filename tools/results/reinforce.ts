/**
 * `npm run results:reinforce`: what each option of REINFORCE does to the variance of the gradient and to learning, on
 * CartPole-v1. Stores docs/algorithms/reinforce.json; `npm run docs:tables` writes table and plots from it.
 *
 * Variance is measured at one policy, half trained, whose values were then fitted to it with the policy at rest, by Monte
 * Carlo and by temporal differences. Learning starts anew, with several seeds.
 */
import { writeFileSync } from 'node:fs';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { gradientSampler, reinforce, type ReinforceOptions } from '@ascent-rl/reinforce';
import type { Snapshot } from '@ascent-rl/training';
import { format, resolveConfig } from 'prettier';
import { describeMachine } from '../bench/record.ts';
import { chapters, type GradientMoments, type ReinforceStory } from './reinforce-story.ts';
import { thinned, type LearningCurve } from './stored.ts';

const environment = 'CartPole-v1';
const halfTrained = 30_000;
const fittingSteps = 100_000;
const samples = 1000;
const steps = 100_000;
const seeds = [1, 2, 3, 4, 5];

const backend = await wasmBackend();

async function train(config: ReinforceOptions, seed: number, snapshot?: Snapshot) {
  const world = makeVectorEnvironment(environment, { count: 1 });
  const learner = await reinforce({
    environment: world,
    backend,
    config,
    seed,
    ...(snapshot && { snapshot }),
  });
  const moments: { step: number; mean: number }[] = [];
  for await (const { step, metrics } of learner.train()) {
    moments.push({ step, mean: metrics['rollout/ep_rew_mean']! });
  }
  const trained = await learner.snapshot();
  learner.dispose();
  return { trained, moments };
}

/** Moments of gradient estimates at parameters that stay. */
async function momentsOf(config: ReinforceOptions, parameters: ArrayLike<number>): Promise<GradientMoments> {
  const world = makeVectorEnvironment(environment, { count: 1 });
  const sampler = await gradientSampler({ environment: world, backend, config, parameters, seed: 1 });
  // A constant baseline is a mean over earlier updates, so the first ones do not count.
  for (let i = 0; i < 50; i++) await sampler.sample();
  const sum = new Float64Array(parameters.length);
  const squares = new Float64Array(parameters.length);
  for (let n = 0; n < samples; n++) {
    (await sampler.sample()).forEach((value, i) => {
      sum[i]! += value;
      squares[i]! += value ** 2;
    });
  }
  sampler.dispose();
  const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const ofMean = total(sum.map((value) => (value / samples) ** 2));
  const variance = ((total(squares) / samples - ofMean) * samples) / (samples - 1);
  return { variance, squaredMean: ofMean - variance / samples };
}

async function curveOf(config: ReinforceOptions, seed: number): Promise<LearningCurve> {
  const { moments } = await train({ ...config, steps }, seed);
  const kept = thinned(moments, 50);
  return {
    steps: kept.map(({ step }) => step),
    returns: kept.map(({ mean }) => Number(mean.toFixed(2))),
  };
}

const begun = await train({ steps: halfTrained }, 1);
/** Values of the policy, which does not move: its step size is far below the precision of its parameters. */
const fitted = (baselineTarget: 'monteCarlo' | 'temporalDifference') =>
  train({ steps: halfTrained + fittingSteps, learningRate: 1e-30, baselineTarget }, 1, begun.trained);
const monteCarlo = await fitted('monteCarlo');
const temporalDifference = await fitted('temporalDifference');

const measured = [];
for (const { name, options } of chapters) {
  const { trained } = options.baselineTarget === 'temporalDifference' ? temporalDifference : monteCarlo;
  const gradient = await momentsOf(options, trained.arrays['parameters'] as Float32Array);
  const curves = [];
  for (const seed of seeds) curves.push(await curveOf(options, seed));
  measured.push({ name, gradient, curves });
  console.log(name, gradient, curves.map(({ returns }) => returns.at(-1)).join(' '));
}
await backend.close();

const story: ReinforceStory = {
  command: 'npm run results:reinforce',
  ...describeMachine(),
  environment,
  policy: { steps: halfTrained, meanReturn: monteCarlo.moments.at(-1)!.mean, fittingSteps },
  samples,
  steps,
  chapters: measured,
};
const file = new URL('../../docs/algorithms/reinforce.json', import.meta.url);
writeFileSync(file, await format(JSON.stringify(story), { ...(await resolveConfig(file)), parser: 'json' }));
