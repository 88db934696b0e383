/**
 * A2C's update: one gradient step on 8 environments × 5 steps, two 4-64-64 networks.
 * Mnih et al. 2016, "Asynchronous Methods for Deep Reinforcement Learning", section 4 and supplement
 *
 *   L = −E[log π(a|s) Â] + c₁ E[(V(s) − R)²] − c₂ E[H(π(·|s))],  clipped by the global norm, then RMSProp
 */
import { gradient, trace, type Program } from '@ascent-rl/core';
import { clipByGlobalNorm, rmsProp } from '@ascent-rl/core/optim';
import { mapValues, type ActorCritic } from '@ascent-rl/training';
import { normal, whole, type Benchmark } from './benchmark.ts';
import { ppoStep } from './ppo.ts';

const rows = 8 * 5;

/** Weights of the loss and the limit of the gradient. */
export interface A2cConstants {
  readonly valueWeight: number;
  readonly entropyWeight: number;
  readonly maxGradientNorm: number;
}

/** As in the paper and in Stable-Baselines3. */
const constants: A2cConstants = { valueWeight: 0.5, entropyWeight: 0.01, maxGradientNorm: 0.5 };

/** The step on a rollout of B rows. */
export function a2cUpdate(
  model: ActorCritic,
  batch: number,
  { valueWeight, entropyWeight, maxGradientNorm }: A2cConstants = constants,
): Program {
  const { layout } = model;
  const optimizer = rmsProp();
  const shapes = {
    parameters: [layout.size],
    optimizer: mapValues(optimizer.state(layout.size), ({ shape }) => shape),
    observations: [batch, model.observationSize],
    actions: [batch, model.actionSize],
    advantages: [batch],
    valueTargets: [batch],
    learningRate: [],
  } as const;
  return trace(({ parameters, optimizer: state, observations, actions, learningRate, ...rollout }) => {
    const weights = layout.unpack(parameters);
    const { policy, value } = model.apply(weights, observations);
    const policyLoss = policy.logProbability(actions).mul(rollout.advantages).mean().neg();
    const valueLoss = value.sub(rollout.valueTargets).square().mean();
    const entropy = policy.entropy().mean();
    const loss = policyLoss.add(valueLoss.mul(valueWeight)).sub(entropy.mul(entropyWeight));
    const { gradient: slope } = clipByGlobalNorm(layout.pack(gradient(loss, weights)), maxGradientNorm);
    const next = optimizer.update({ parameters, gradient: slope, state, learningRate });
    return { parameters: next.parameters, optimizer: next.state, loss, policyLoss, valueLoss, entropy };
  }, shapes);
}

const { model } = ppoStep(rows);

/** The step at 40 rows. */
export const a2c: Benchmark = {
  name: 'a2c',
  description: 'A2C update of two 4-64-64 networks on 8 environments × 5 steps, RMSProp',
  program: () => a2cUpdate(model, rows),
  inputs: (random) => ({
    parameters: model.layout.initialize(random),
    'optimizer.squareAverage': new Float32Array(model.layout.size).fill(1e-4),
    observations: normal(random, rows * 4),
    actions: whole(random, rows, 2),
    advantages: normal(random, rows),
    valueTargets: normal(random, rows),
  }),
};
