/** Fields of configurations that off-policy algorithms share. */
import { activations, type ActivationName } from '@ascent-rl/core/nn';
import * as z from 'zod';
import { networkFields, rolloutFields, scheduleField } from './config.ts';

const count = z.int().min(1);
const positive = z.number().positive();

/** Fields of the interaction with environments and of the gradient steps between. */
export const offPolicyFields = {
  steps: rolloutFields.steps.describe('environment steps to train for'),
  environments: rolloutFields.environments,
  discount: rolloutFields.discount,
  learningRate: positive.default(3e-4).describe('step size α of Adam'),
  learningRateSchedule: scheduleField.describe('how the step size changes: constant, or linear to 0'),
  adamEpsilon: positive.default(1e-8).describe('ε of Adam'),
  learningStarts: z
    .int()
    .min(0)
    .default(100)
    .describe('environment steps of uniformly random actions before anything is learned'),
  trainFrequency: count
    .default(1)
    .describe('steps of each environment from one round of gradient steps to the next'),
  gradientSteps: count.default(1).describe('gradient steps in a round'),
  stepsPerIteration: count.default(1000).describe('steps of each environment between two reports'),
};

/** Fields of the replay buffer. */
export const replayFields = {
  bufferSize: count
    .default(1_000_000)
    .describe(
      'transitions in the replay buffer, of 4 (2 S + A + 2) bytes each, or 2 S + 4 (A + 2) where observations are a Box of uint8',
    ),
  batchSize: count.default(256).describe('transitions in a gradient step'),
  multiStep: count.default(1).describe('rewards n that a target sums before it bootstraps'),
};

/** Fields of target networks. */
export const targetFields = {
  averaging: z
    .number()
    .gt(0)
    .max(1)
    .default(0.005)
    .describe('share τ of the new parameters in a step of the targets’ Polyak average'),
};

/** Fields of the noise that actions are explored with; see {@link explorationNoise}. */
export const explorationNoiseFields = {
  noise: z
    .enum(['none', 'normal', 'ornsteinUhlenbeck'])
    .default('normal')
    .describe('process that actions are explored with: none, independent normal, or Ornstein-Uhlenbeck'),
  noiseDeviation: z.number().min(0).default(0.1).describe('its deviation σ; actions lie within ±1'),
  noiseReversion: z.number().min(0).default(0.15).describe('θ of an Ornstein-Uhlenbeck process'),
  noiseTimeStep: positive.default(0.01).describe('Δt of an Ornstein-Uhlenbeck process'),
};

/** Fields of the networks. */
export const denseNetworkFields = {
  hiddenSizes: z
    .array(count)
    .default([256, 256])
    .describe('sizes of the hidden layers of the actor and of the critics'),
  activation: z
    .enum(Object.keys(activations) as [ActivationName, ...ActivationName[]])
    .default('relu')
    .describe('activation of the hidden layers'),
  imageNetwork: networkFields.imageNetwork,
};

/** The part of a configuration that the loop of {@link offPolicyLearner} needs. */
export type OffPolicyConfig = {
  readonly [
    K in 'steps' | 'discount' | 'learningStarts' | 'trainFrequency' | 'gradientSteps' | 'stepsPerIteration'
  ]: z.output<(typeof offPolicyFields)[K]>;
};
