/** Hyper-parameters of SAC: defaults as in Stable-Baselines3, presets by environment as in rl-zoo3. */
import {
  denseNetworkFields,
  explorationNoiseFields,
  offPolicyFields,
  replayFields,
  targetFields,
} from '@ascent-rl/training';
import * as z from 'zod';

const targetEntropy = z.number().nullable().default(null);

/** Fields of both kinds of SAC. */
const commonFields = {
  ...offPolicyFields,
  ...replayFields,
  ...targetFields,
  temperature: z
    .number()
    .positive()
    .default(1)
    .describe('temperature α, the weight of the entropy; where it is tuned, its first value'),
  tuneTemperature: z
    .boolean()
    .default(true)
    .describe('whether α is moved until the entropy of the policy is the target entropy'),
  targetEntropy: targetEntropy.describe('target entropy H̄ in nats, actions within ±1; null: −A'),
  ...denseNetworkFields,
};
const { noise, ...noiseFields } = explorationNoiseFields;

/** The fields of a SAC configuration, with ranges, defaults and what they mean. */
export const sacSchema = z.strictObject({
  ...commonFields,
  noise: noise
    .default('none')
    .describe('noise added to the policy’s samples: none, independent normal, or Ornstein-Uhlenbeck'),
  ...noiseFields,
});

/** The fields of a discrete SAC configuration, with ranges, defaults and what they mean. */
export const discreteSacSchema = z.strictObject({
  ...commonFields,
  targetEntropy: targetEntropy.describe(
    'target entropy H̄ in nats, at most log n; null: 0.98 log n for n choices, or for as many as are allowed',
  ),
});

/** A resolved SAC configuration. */
export type SacConfig = z.output<typeof sacSchema>;
/** What a user writes: any fields of {@link SacConfig}. */
export type SacOptions = z.input<typeof sacSchema>;
/** A resolved configuration of discrete SAC. */
export type DiscreteSacConfig = z.output<typeof discreteSacSchema>;
/** What a user writes: any fields of {@link DiscreteSacConfig}. */
export type DiscreteSacOptions = z.input<typeof discreteSacSchema>;

/** Tuned options by environment. */
export const sacPresets: Readonly<Record<string, SacOptions>> = {
  'Pendulum-v1': { steps: 20_000, learningRate: 1e-3 },
  'PendulumPixels-v1': {
    steps: 20_000,
    learningRate: 1e-3,
    learningStarts: 1000,
    bufferSize: 20_000,
    batchSize: 128,
    imageNetwork: 'small',
    hiddenSizes: [64],
  },
  // rl-zoo3 explores with gSDE here; the same values with twice the noise that it gives to DDPG and TD3.
  'MountainCarContinuous-v0': {
    steps: 50_000,
    bufferSize: 50_000,
    batchSize: 512,
    temperature: 0.1,
    tuneTemperature: false,
    trainFrequency: 32,
    gradientSteps: 32,
    discount: 0.9999,
    averaging: 0.01,
    learningStarts: 0,
    hiddenSizes: [64, 64],
    noise: 'ornsteinUhlenbeck',
    noiseDeviation: 1,
  },
  'Driving-v0': {
    steps: 50_000,
    learningRate: 1e-3,
    learningStarts: 1000,
    discount: 0.98,
    bufferSize: 50_000,
    batchSize: 128,
    hiddenSizes: [64, 64],
  },
};

/** Options of discrete SAC by environment, our own. */
export const discreteSacPresets: Readonly<Record<string, DiscreteSacOptions>> = {
  'CartPole-v1': {
    steps: 100_000,
    learningRate: 1e-3,
    batchSize: 256,
    bufferSize: 100_000,
    learningStarts: 1000,
    trainFrequency: 4,
    gradientSteps: 1,
    targetEntropy: 0.3,
    hiddenSizes: [64, 64],
  },
};
