/** Hyper-parameters of the online actor-critic, with presets of our own. */
import { networkFields, normalizationFields, optimizerFields, rolloutFields } from '@ascent-rl/training';
import * as z from 'zod';

const { steps, environments, discount } = rolloutFields;
const { sharedNetwork: _, ...separateNetworkFields } = networkFields;

/** The fields of an online actor-critic configuration, with ranges, defaults and what they mean. */
export const onlineActorCriticSchema = z.strictObject({
  steps: steps.describe('environment steps to train for'),
  environments: environments.describe(
    'environments that run side by side; an update is on one transition of each',
  ),
  discount,
  ...optimizerFields('adam', 3e-4),
  criticLearningRate: z
    .number()
    .positive()
    .default(1e-3)
    .describe('step size of the critic, which follows the same schedule'),
  entropyWeight: z.number().min(0).default(0).describe('weight c of the entropy bonus'),
  maxGradientNorm: z
    .number()
    .positive()
    .default(0.5)
    .describe("largest norm of the actor's and of the critic's gradient"),
  updatesPerIteration: z.int().min(1).default(500).describe('updates between two reports'),
  ...separateNetworkFields,
  ...normalizationFields,
});

/** A resolved online actor-critic configuration. */
export type OnlineActorCriticConfig = z.output<typeof onlineActorCriticSchema>;

/** What a user writes: any fields of {@link OnlineActorCriticConfig}. */
export type OnlineActorCriticOptions = z.input<typeof onlineActorCriticSchema>;

/** Tuned options by environment. */
export const onlineActorCriticPresets: Readonly<Record<string, OnlineActorCriticOptions>> = {
  'CartPole-v1': { steps: 200_000, environments: 8 },
};
