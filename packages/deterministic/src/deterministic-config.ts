/** Hyper-parameters of DPG, DDPG and TD3: defaults and presets by environment as in Stable-Baselines3 and rl-zoo3. */
import {
  denseNetworkFields,
  explorationNoiseFields,
  offPolicyFields,
  replayFields,
  targetFields,
} from '@ascent-rl/training';
import { z } from 'zod';

const hiddenSizes = (sizes: number[]) =>
  denseNetworkFields.hiddenSizes
    .default(sizes)
    .describe('sizes of the hidden layers of the actor and of the critics');
const nonNegative = z.number().min(0);
const positive = z.number().positive();
const { learningRate, learningStarts, trainFrequency, gradientSteps, ...loopFields } = offPolicyFields;

/** Fields of all deterministic policy gradients. */
const commonFields = {
  ...loopFields,
  learningRate: learningRate.default(1e-3).describe('step size α of Adam for the actor'),
  criticLearningRate: positive
    .nullable()
    .default(null)
    .describe('step size of Adam for the critics; null: that of the actor'),
  ...explorationNoiseFields,
  criticDecay: nonNegative.default(0).describe('weight c of the penalty ½ c ‖w‖² on the critics’ parameters'),
  actionLayer: z
    .int()
    .min(0)
    .max(1)
    .default(0)
    .describe('layer of the critics at which the action enters: 0, the first, or 1, the second'),
  outputBound: positive
    .nullable()
    .default(null)
    .describe('bound of the last layers’ first values; null: 1/√fan-in'),
  hiddenSizes: hiddenSizes([400, 300]),
  activation: denseNetworkFields.activation,
  imageNetwork: denseNetworkFields.imageNetwork,
};

const replayAndTargets = {
  batchNormalization: z
    .boolean()
    .default(false)
    .describe('whether the actor’s layers and the critics’ before the action are normalized by batch'),
  learningStarts,
  trainFrequency,
  gradientSteps,
  ...replayFields,
  ...targetFields,
};

/** The fields of a DPG configuration, with ranges, defaults and what they mean. */
export const dpgSchema = z.strictObject({
  ...commonFields,
  hiddenSizes: hiddenSizes([64, 64]),
});

/** The fields of a DDPG configuration, with ranges, defaults and what they mean. */
export const ddpgSchema = z.strictObject({ ...commonFields, ...replayAndTargets });

/** The fields of a TD3 configuration, with ranges, defaults and what they mean. */
export const td3Schema = z.strictObject({
  ...commonFields,
  ...replayAndTargets,
  critics: z.int().min(1).default(2).describe('critics, the least of whose values is the target; 1: no twin'),
  policyDelay: z
    .int()
    .min(1)
    .default(2)
    .describe('gradient steps of the critics to one of the actor and of the targets; 1: no delay'),
  targetNoise: nonNegative
    .default(0.2)
    .describe('deviation σ̃ of the noise on the target’s action, within ±1; 0: no smoothing'),
  targetNoiseClip: nonNegative.default(0.5).describe('largest magnitude c of that noise'),
});

/** A resolved DPG configuration. */
export type DpgConfig = z.output<typeof dpgSchema>;
/** What a user writes: any fields of {@link DpgConfig}. */
export type DpgOptions = z.input<typeof dpgSchema>;
/** A resolved DDPG configuration. */
export type DdpgConfig = z.output<typeof ddpgSchema>;
/** What a user writes: any fields of {@link DdpgConfig}. */
export type DdpgOptions = z.input<typeof ddpgSchema>;
/** A resolved TD3 configuration. */
export type Td3Config = z.output<typeof td3Schema>;
/** What a user writes: any fields of {@link Td3Config}. */
export type Td3Options = z.input<typeof td3Schema>;

/** Tuned options of DDPG by environment. */
export const ddpgPresets: Readonly<Record<string, DdpgOptions>> = {
  'Pendulum-v1': {
    steps: 20_000,
    discount: 0.98,
    bufferSize: 200_000,
    learningStarts: 10_000,
  },
  // Smaller networks than rl-zoo3's, and a fifth of its steps.
  'MountainCarContinuous-v0': {
    steps: 60_000,
    noise: 'ornsteinUhlenbeck',
    noiseDeviation: 0.5,
    hiddenSizes: [64, 64],
  },
  'Driving-v0': {
    steps: 50_000,
    learningStarts: 1000,
    discount: 0.98,
    bufferSize: 50_000,
    batchSize: 128,
    hiddenSizes: [64, 64],
  },
};

/** Tuned options of TD3 by environment. */
export const td3Presets: Readonly<Record<string, Td3Options>> = {
  ...ddpgPresets,
  // The lesser of two values forgets a rare reward sooner: noise that is wilder and turns faster finds it more often.
  'MountainCarContinuous-v0': {
    ...ddpgPresets['MountainCarContinuous-v0'],
    noiseDeviation: 1.5,
    noiseReversion: 1,
  },
};

/** Options of DPG by environment, our own. */
export const dpgPresets: Readonly<Record<string, DpgOptions>> = {};

/**
 * The options of the paper of DDPG (Lillicrap et al. 2016, section 7): batch normalization, L2 on the critic, the action
 * entering at its second layer, last layers within ±3 · 10⁻³, noise with Δt = 1.
 */
export const ddpgPaperOptions: DdpgOptions = {
  learningRate: 1e-4,
  criticLearningRate: 1e-3,
  criticDecay: 1e-2,
  actionLayer: 1,
  batchNormalization: true,
  outputBound: 3e-3,
  averaging: 0.001,
  batchSize: 64,
  noise: 'ornsteinUhlenbeck',
  noiseDeviation: 0.2,
  noiseReversion: 0.15,
  noiseTimeStep: 1,
};
