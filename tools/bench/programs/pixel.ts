/**
 * REINFORCE from pixels: one gradient step of a 6400-200-1 policy on a batch of difference frames of 80 × 80.
 * Williams 1992, eq. 4; the network and task are Karpathy 2016's, "Deep Reinforcement Learning: Pong from Pixels".
 *
 *   L = −E[log π(a|s) Â],  π(1|s) = σ(w₂ · max(W₁ s, 0)),  then RMSProp
 */
import { gradient, trace, type Program } from '@ascent-rl/core';
import { bernoulli, heNormal, layout, mlp, uniformFanIn } from '@ascent-rl/core/nn';
import { rmsProp } from '@ascent-rl/core/optim';
import { mapValues } from '@ascent-rl/training';
import { normal, whole, type Benchmark } from './benchmark.ts';

const frames = 1000;

/** The step of a policy of `sizes` on B frames; `parameters` tells how it starts. */
export function pixelUpdate(batch: number, sizes: readonly number[] = [6400, 200, 1]) {
  const network = mlp({
    sizes,
    activation: 'relu',
    hidden: { weight: heNormal() },
    output: { weight: uniformFanIn() },
  });
  const parameterLayout = layout(network.parameters);
  const optimizer = rmsProp();
  const shapes = {
    parameters: [parameterLayout.size],
    optimizer: mapValues(optimizer.state(parameterLayout.size), ({ shape }) => shape),
    frames: [batch, sizes[0]!],
    actions: [batch, 1],
    advantages: [batch],
    learningRate: [],
  } as const;
  const program = (): Program =>
    trace(({ parameters, optimizer: state, learningRate, ...rollout }) => {
      const weights = parameterLayout.unpack(parameters);
      const policy = bernoulli(network.apply(weights, rollout.frames));
      const loss = policy.logProbability(rollout.actions).mul(rollout.advantages).mean().neg();
      const slope = parameterLayout.pack(gradient(loss, weights));
      const next = optimizer.update({ parameters, gradient: slope, state, learningRate });
      return { parameters: next.parameters, optimizer: next.state, loss };
    }, shapes);
  return { layout: parameterLayout, program };
}

const step = pixelUpdate(frames);

/** The step at 1000 frames. */
export const pixel: Benchmark = {
  name: 'pixel',
  description: `REINFORCE step of a 6400-200-1 policy on ${frames} frames, RMSProp`,
  program: step.program,
  inputs: (random) => ({
    parameters: step.layout.initialize(random),
    'optimizer.squareAverage': new Float32Array(step.layout.size).fill(1e-4),
    // Two frames differ in about one pixel of fifty.
    frames: Float32Array.from({ length: frames * 6400 }, () => (random.random() < 0.02 ? 1 : 0)),
    actions: whole(random, frames, 2),
    advantages: normal(random, frames),
  }),
};
