/** Hyper-parameters of DQN: defaults as in Stable-Baselines3, presets by environment as in rl-zoo3. */
import { denseNetworkFields, offPolicyFields, replayFields } from '@ascent-rl/training';
import { z } from 'zod';

const share = z.number().min(0).max(1);

/** The fields of a DQN configuration, with ranges, defaults and what they mean. */
export const dqnSchema = z.strictObject({
  ...offPolicyFields,
  learningRate: offPolicyFields.learningRate.default(1e-4).describe('step size α of Adam'),
  trainFrequency: offPolicyFields.trainFrequency
    .default(4)
    .describe('steps of each environment from one round of gradient steps to the next'),
  ...replayFields,
  batchSize: replayFields.batchSize.default(32).describe('transitions in a gradient step'),
  targetInterval: z.int().min(1).default(10_000).describe('environment steps between two target networks'),
  maxGradientNorm: z.number().positive().default(10).describe('largest global norm of the gradient'),
  explorationStart: share.default(1).describe('share ε of random actions at the start'),
  explorationEnd: share.default(0.05).describe('share ε of random actions in the end'),
  explorationFraction: share.default(0.1).describe('share of the training in which ε falls, linearly'),
  double: z
    .boolean()
    .default(false)
    .describe('whether the online network chooses the action that the target network values'),
  duelling: z.boolean().default(false).describe('whether Q is a state’s value and its actions’ advantages'),
  prioritized: z
    .boolean()
    .default(false)
    .describe(
      'whether surprising transitions are replayed more often; takes 16 to 32 bytes more for each in the buffer',
    ),
  priorityExponent: share.default(0.6).describe('α: how much priorities matter; 0 is uniform'),
  importanceExponent: share
    .default(0.4)
    .describe('β at the start: how far weights undo the priorities; it rises to 1'),
  hiddenSizes: denseNetworkFields.hiddenSizes.default([64, 64]).describe('sizes of the hidden layers'),
  activation: denseNetworkFields.activation,
  imageNetwork: denseNetworkFields.imageNetwork,
});

/** A resolved DQN configuration. */
export type DqnConfig = z.output<typeof dqnSchema>;

/** What a user writes: any fields of {@link DqnConfig}. */
export type DqnOptions = z.input<typeof dqnSchema>;

/** Tuned options by environment. */
export const dqnPresets: Readonly<Record<string, DqnOptions>> = {
  // Our own: with rl-zoo3's values one seed of five held 500 to the end.
  'CartPole-v1': {
    steps: 50_000,
    multiStep: 5,
    learningRate: 1e-3,
    learningRateSchedule: 'linear',
    batchSize: 64,
    bufferSize: 100_000,
    learningStarts: 1000,
    targetInterval: 512,
    trainFrequency: 256,
    gradientSteps: 128,
    explorationFraction: 0.3,
    explorationEnd: 0.04,
    hiddenSizes: [128, 128],
  },
  'Acrobot-v1': {
    steps: 100_000,
    learningRate: 6.3e-4,
    batchSize: 128,
    bufferSize: 50_000,
    learningStarts: 0,
    targetInterval: 250,
    trainFrequency: 4,
    gradientSteps: 4,
    explorationFraction: 0.12,
    explorationEnd: 0.1,
    hiddenSizes: [256, 256],
  },
  // rl-zoo3's values but for the targets of three steps and the step size that falls: without, two seeds of five ended on a
  // bad policy.
  'MountainCar-v0': {
    steps: 120_000,
    multiStep: 3,
    learningRate: 4e-3,
    learningRateSchedule: 'linear',
    batchSize: 128,
    bufferSize: 10_000,
    learningStarts: 1000,
    discount: 0.98,
    targetInterval: 600,
    trainFrequency: 16,
    gradientSteps: 8,
    explorationFraction: 0.2,
    explorationEnd: 0.07,
    hiddenSizes: [256, 256],
  },
};
