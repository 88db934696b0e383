/** Hyper-parameters of PPO: defaults as in Stable-Baselines3, presets by environment as in rl-zoo3. */
import {
  memoryFields,
  networkFields,
  normalizationFields,
  rolloutFields,
  scheduleField,
} from '@ascent-rl/training';
import * as z from 'zod';

const positive = z.number().positive();

/** The fields of a PPO configuration, with ranges, defaults and what they mean. */
export const ppoSchema = z.strictObject({
  ...rolloutFields,
  rolloutSteps: z.int().min(1).default(2048).describe('steps of each environment in one rollout'),
  batchSize: z.int().min(1).default(64).describe('rows in a minibatch; divides rolloutSteps · environments'),
  epochs: z.int().min(1).default(10).describe('passes over each rollout'),
  learningRate: z.number().positive().default(3e-4).describe('step size α of Adam'),
  learningRateSchedule: scheduleField.describe('how the step size changes: constant, or linear to 0'),
  adamEpsilon: positive.default(1e-5).describe('ε of Adam'),
  objective: z
    .enum(['clip', 'klPenalty', 'adaptiveKlPenalty'])
    .default('clip')
    .describe('what keeps the policy near the old one: the clipped ratio, or a penalty β KL(π_old ‖ π)'),
  klWeight: positive.default(1).describe('weight β of the penalty; where it adapts, its first value'),
  klTarget: positive.default(0.01).describe('divergence of one rollout to which β adapts, in nats'),
  clipRange: positive.default(0.2).describe('clip range ε of the probability ratio'),
  clipRangeSchedule: scheduleField.describe('how the clip range changes: constant, or linear to 0'),
  valueClipRange: positive
    .nullable()
    .default(null)
    .describe('how far a value may move from the old one before its gradient stops; null: any distance'),
  valueWeight: z.number().min(0).default(0.5).describe('weight c₁ of the value loss'),
  entropyWeight: z.number().min(0).default(0).describe('weight c₂ of the entropy bonus'),
  maxGradientNorm: positive.default(0.5).describe('largest global norm of the gradient'),
  normalizeAdvantage: z
    .boolean()
    .default(true)
    .describe('whether to standardize the advantages of each minibatch'),
  targetKl: positive
    .nullable()
    .default(null)
    .describe(
      'stops the epochs of a rollout once the approximate KL divergence exceeds 1.5 times this; null: never',
    ),
  ...networkFields,
  ...memoryFields,
  ...normalizationFields,
});

/** A resolved PPO configuration. */
export type PpoConfig = z.output<typeof ppoSchema>;

/** What a user writes: any fields of {@link PpoConfig}. */
export type PpoOptions = z.input<typeof ppoSchema>;

/** For stacks of Pong's frames, our own: normalized pixels show the ball as bright as the paddles. */
const pongStack: PpoOptions = {
  environments: 16,
  rolloutSteps: 128,
  batchSize: 512,
  epochs: 3,
  discount: 0.95,
  learningRate: 1e-3,
  learningRateSchedule: 'linear',
  entropyWeight: 0.01,
  sharedNetwork: true,
  hiddenSizes: [],
  imageNetwork: 'small',
  normalizeObservations: true,
  observationClip: 3,
};

/** Tuned options by environment. */
export const ppoPresets: Readonly<Record<string, PpoOptions>> = {
  'CartPole-v1': {
    steps: 100_000,
    environments: 8,
    rolloutSteps: 32,
    batchSize: 256,
    epochs: 20,
    discount: 0.98,
    lambda: 0.8,
    learningRate: 1e-3,
    learningRateSchedule: 'linear',
    clipRangeSchedule: 'linear',
  },
  'Acrobot-v1': {
    steps: 1_000_000,
    environments: 16,
    rolloutSteps: 256,
    epochs: 4,
    discount: 0.99,
    lambda: 0.94,
    normalizeObservations: true,
    normalizeRewards: true,
  },
  // With a step size three times that of rl-zoo3 that falls to 0.
  'MountainCar-v0': {
    steps: 1_000_000,
    environments: 16,
    rolloutSteps: 16,
    epochs: 4,
    discount: 0.99,
    lambda: 0.98,
    learningRate: 1e-3,
    learningRateSchedule: 'linear',
    normalizeObservations: true,
    normalizeRewards: true,
  },
  // rl-zoo3 explores with gSDE here; independent noise finds the flag with values of our own.
  'MountainCarContinuous-v0': {
    steps: 100_000,
    environments: 4,
    rolloutSteps: 256,
    batchSize: 256,
    maxGradientNorm: 5,
    orthogonalInitialization: false,
    normalizeObservations: true,
    normalizeRewards: true,
  },
  // Here too. With independent noise its values fail with one seed in five; shorter rollouts, a step size that falls and
  // stronger noise at first do not.
  'Pendulum-v1': {
    steps: 100_000,
    environments: 4,
    rolloutSteps: 512,
    epochs: 10,
    discount: 0.9,
    lambda: 0.95,
    learningRate: 1e-3,
    learningRateSchedule: 'linear',
    initialLogStandardDeviation: 0.5,
  },
  'FrozenLake-v1': { steps: 400_000, environments: 8, rolloutSteps: 128, batchSize: 256, epochs: 4 },
  // rl-zoo3's values for its recurrent PPO, with hidden layers of ours and sequences of twice the length.
  'CartPoleNoVel-v1': {
    steps: 100_000,
    environments: 8,
    rolloutSteps: 64,
    batchSize: 256,
    epochs: 20,
    discount: 0.98,
    lambda: 0.8,
    learningRate: 1e-3,
    learningRateSchedule: 'linear',
    clipRangeSchedule: 'linear',
    hiddenSizes: [64],
    activation: 'relu',
    orthogonalInitialization: false,
    memory: 'lstm',
    normalizeObservations: true,
    normalizeRewards: true,
  },
  // All environments start their episodes at once, so a shorter rollout would hold one part of an episode only.
  'PendulumNoVel-v1': {
    steps: 100_000,
    environments: 8,
    rolloutSteps: 200,
    batchSize: 200,
    discount: 0.9,
    lambda: 0.95,
    learningRate: 2e-3,
    learningRateSchedule: 'linear',
    hiddenSizes: [64],
    activation: 'relu',
    orthogonalInitialization: false,
    memory: 'lstm',
    normalizeObservations: true,
    normalizeRewards: true,
  },
  // Our own, with wide noise at first; rl-zoo3 explores with gSDE.
  'MountainCarContinuousNoVel-v0': {
    steps: 200_000,
    environments: 8,
    rolloutSteps: 512,
    batchSize: 1024,
    maxGradientNorm: 5,
    learningRate: 1e-3,
    learningRateSchedule: 'linear',
    hiddenSizes: [64],
    activation: 'relu',
    initialLogStandardDeviation: 1,
    orthogonalInitialization: false,
    memory: 'lstm',
    normalizeObservations: true,
    normalizeRewards: true,
  },
  'PongStack-v4': { ...pongStack, steps: 6_500_000 },
  'PongStack-v5': {
    ...pongStack,
    steps: 1_200_000,
    learningRate: 5e-4,
    entropyWeight: 0.005,
    imageNetwork: 'nature',
  },
  'PongStack60-v5': { ...pongStack, steps: 1_500_000 },
  'PongDifference-v5': {
    steps: 3_000_000,
    environments: 8,
    rolloutSteps: 128,
    batchSize: 256,
    epochs: 4,
    discount: 0.95,
    learningRate: 1e-3,
    learningRateSchedule: 'linear',
    entropyWeight: 0.01,
    sharedNetwork: true,
    hiddenSizes: [200],
    activation: 'relu',
  },
};
