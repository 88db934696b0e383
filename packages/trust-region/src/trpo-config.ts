/** Hyper-parameters of TRPO: defaults as in sb3-contrib, presets by environment as in rl-zoo3. */
import { networkFields, normalizationFields, rolloutFields } from '@ascent-rl/training';
import * as z from 'zod';

const positive = z.number().positive();

/** The critic is fitted on its own, so the networks are two. */
const { sharedNetwork: _, ...separateNetworkFields } = networkFields;

/** The fields of a TRPO configuration, with ranges, defaults and what they mean. */
export const trpoSchema = z.strictObject({
  ...rolloutFields,
  rolloutSteps: z.int().min(1).default(2048).describe('steps of each environment in one rollout'),
  targetKl: positive
    .default(0.01)
    .describe('trust region δ: the largest mean KL divergence of a step, in nats'),
  conjugateGradientSteps: z.int().min(1).default(15).describe('most steps of the conjugate gradient method'),
  conjugateGradientTolerance: positive
    .default(1e-10)
    .describe('squared residual at which the conjugate gradient method is done'),
  damping: z.number().min(0).default(0.1).describe('multiple of the identity added to the Fisher matrix'),
  lineSearchSteps: z.int().min(1).default(10).describe('most step sizes that the line search tries'),
  lineSearchShrinkage: positive.lt(1).default(0.8).describe('factor from one step size to the next'),
  subsampling: z
    .int()
    .min(1)
    .default(1)
    .describe('of so many rows the policy step reads one; divides rolloutSteps · environments'),
  normalizeAdvantage: z
    .boolean()
    .default(true)
    .describe('whether to standardize the advantages of the rollout'),
  criticEpochs: z.int().min(1).default(10).describe('passes of the critic over each rollout'),
  batchSize: z
    .int()
    .min(1)
    .default(128)
    .describe("rows in a minibatch of the critic's; divides rolloutSteps · environments"),
  learningRate: positive.default(1e-3).describe('step size α of Adam, which fits the critic'),
  adamEpsilon: positive.default(1e-5).describe('ε of Adam'),
  ...separateNetworkFields,
  ...normalizationFields,
});

/** A resolved TRPO configuration. */
export type TrpoConfig = z.output<typeof trpoSchema>;

/** What a user writes: any fields of {@link TrpoConfig}. */
export type TrpoOptions = z.input<typeof trpoSchema>;

const normalized = { environments: 2, normalizeObservations: true, normalizeRewards: true } as const;

/** Tuned options by environment. */
export const trpoPresets: Readonly<Record<string, TrpoOptions>> = {
  // With rollouts twice as long as in rl-zoo3: with its own one seed in five ends below 490.
  'CartPole-v1': {
    steps: 100_000,
    environments: 2,
    rolloutSteps: 1024,
    batchSize: 512,
    damping: 0.001,
    lambda: 0.98,
    criticEpochs: 20,
  },
  'Acrobot-v1': { steps: 100_000, ...normalized, rolloutSteps: 1024 },
  'MountainCar-v0': { steps: 100_000, ...normalized, rolloutSteps: 1024, criticEpochs: 20 },
  // rl-zoo3 explores with gSDE here; independent noise finds the flag where it starts strong.
  'MountainCarContinuous-v0': {
    steps: 50_000,
    ...normalized,
    environments: 4,
    rolloutSteps: 256,
    orthogonalInitialization: false,
    initialLogStandardDeviation: 0.5,
  },
  // Here too; the same values with independent noise.
  'Pendulum-v1': { steps: 100_000, environments: 2, rolloutSteps: 1024, discount: 0.9, criticEpochs: 15 },
};
