/** Hyper-parameters of SAC: defaults as in Stable-Baselines3, presets by environment as in rl-zoo3. */
import { denseNetworkFields, offPolicyFields, replayFields, targetFields } from '@ascent-rl/training';
import * as z from 'zod';

/** The fields of a SAC configuration, with ranges, defaults and what they mean. */
export const sacSchema = z.strictObject({
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
  targetEntropy: z
    .number()
    .nullable()
    .default(null)
    .describe('target entropy H̄ in nats, actions within ±1; null: −A'),
  ...denseNetworkFields,
});

/** A resolved SAC configuration. */
export type SacConfig = z.output<typeof sacSchema>;

/** What a user writes: any fields of {@link SacConfig}. */
export type SacOptions = z.input<typeof sacSchema>;

/** Tuned options by environment. */
export const sacPresets: Readonly<Record<string, SacOptions>> = {
  'Pendulum-v1': { steps: 20_000, learningRate: 1e-3 },
  // rl-zoo3 explores with gSDE here; the same values with independent noise.
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
  },
};
