/** Hyper-parameters of A3C: defaults as those of A2C, presets of our own. */
import { networkFields, normalizationFields, optimizerFields, rolloutFields } from '@ascent-rl/training';
import { z } from 'zod';
import { a2cSchema } from '../a2c-config.ts';

const { optimizer: _, ...rmsPropFields } = optimizerFields('rmsProp', 7e-4);
const { lambda, rolloutSteps, valueWeight, entropyWeight, maxGradientNorm } = a2cSchema.shape;

/** The fields of an A3C configuration, with ranges, defaults and what they mean. */
export const a3cSchema = z.strictObject({
  steps: rolloutFields.steps.describe(
    'environment steps to train for, over all workers; a few more are done',
  ),
  workers: z
    .int()
    .min(1)
    .max(128)
    .default(2)
    .describe('threads that act and learn; more than cores gain nothing'),
  environments: rolloutFields.environments.describe('environments that run side by side in each worker'),
  discount: rolloutFields.discount,
  lambda,
  rolloutSteps,
  ...rmsPropFields,
  valueWeight,
  entropyWeight,
  maxGradientNorm,
  updatesPerIteration: z
    .int()
    .min(1)
    .default(1000)
    .describe('updates of all workers together between two reports'),
  ...networkFields,
  ...normalizationFields,
});

/** A resolved A3C configuration. */
export type A3cConfig = z.output<typeof a3cSchema>;

/** What a user writes: any fields of {@link A3cConfig}. */
export type A3cOptions = z.input<typeof a3cSchema>;

/** Tuned options by environment. */
export const a3cPresets: Readonly<Record<string, A3cOptions>> = {
  'CartPole-v1': { steps: 500_000, workers: 2, environments: 4 },
};
