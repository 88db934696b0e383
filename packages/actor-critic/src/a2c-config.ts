/** Hyper-parameters of A2C: defaults as in Stable-Baselines3, presets by environment as in rl-zoo3. */
import { networkFields, normalizationFields, optimizerFields, rolloutFields } from '@ascent-rl/training';
import * as z from 'zod';

/** The fields of an A2C configuration, with ranges, defaults and what they mean. */
export const a2cSchema = z.strictObject({
  ...rolloutFields,
  lambda: rolloutFields.lambda
    .removeDefault()
    .default(1)
    .describe('weight λ of longer sums in the generalized advantage; 1 is the n-step advantage'),
  rolloutSteps: z.int().min(1).default(5).describe('steps n of each environment in one rollout'),
  ...optimizerFields('rmsProp', 7e-4),
  valueWeight: z.number().min(0).default(0.5).describe('weight c₁ of the value loss'),
  entropyWeight: z.number().min(0).default(0).describe('weight c₂ of the entropy bonus'),
  maxGradientNorm: z.number().positive().default(0.5).describe('largest global norm of the gradient'),
  normalizeAdvantage: z
    .boolean()
    .default(false)
    .describe('whether to standardize the advantages of a rollout'),
  updatesPerIteration: z.int().min(1).default(100).describe('updates between two reports'),
  ...networkFields,
  ...normalizationFields,
});

/** A resolved A2C configuration. */
export type A2cConfig = z.output<typeof a2cSchema>;

/** What a user writes: any fields of {@link A2cConfig}. */
export type A2cOptions = z.input<typeof a2cSchema>;

/** Tuned options by environment. */
export const a2cPresets: Readonly<Record<string, A2cOptions>> = {
  'CartPole-v1': { steps: 500_000, environments: 8 },
  'Acrobot-v1': { steps: 500_000, environments: 16, normalizeObservations: true, normalizeRewards: true },
  // rl-zoo3's step size stays with swinging by the sign of the velocity, at −125; large first steps get beyond that.
  'MountainCar-v0': {
    steps: 1_000_000,
    environments: 16,
    learningRate: 5e-3,
    learningRateSchedule: 'linear',
    normalizeAdvantage: true,
    normalizeObservations: true,
    normalizeRewards: true,
  },
  // rl-zoo3 explores with gSDE here and in Pendulum-v1; independent noise reaches the car's score as well.
  'MountainCarContinuous-v0': {
    steps: 100_000,
    environments: 4,
    rolloutSteps: 100,
    orthogonalInitialization: false,
    normalizeObservations: true,
    normalizeRewards: true,
  },
  // With independent noise rl-zoo3's values do not swing the pendulum up; these are our own.
  'Pendulum-v1': {
    steps: 1_000_000,
    environments: 4,
    rolloutSteps: 128,
    discount: 0.9,
    lambda: 0.95,
    optimizer: 'adam',
    learningRate: 3e-3,
    learningRateSchedule: 'linear',
    initialLogStandardDeviation: 0.5,
    normalizeAdvantage: true,
    normalizeRewards: true,
  },
};
