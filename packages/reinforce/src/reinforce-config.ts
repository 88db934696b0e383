/** Hyper-parameters of REINFORCE: one a step of its story, with presets of our own. */
import { networkFields, normalizationFields, optimizerFields, rolloutFields } from '@ascent-rl/training';
import * as z from 'zod';

const { sharedNetwork: _, ...separateNetworkFields } = networkFields;

/** The fields of a REINFORCE configuration, with ranges, defaults and what they mean. */
export const reinforceSchema = z.strictObject({
  steps: rolloutFields.steps.describe('environment steps to train for, rounded up to whole episodes'),
  environments: z
    .int()
    .min(1)
    .default(1)
    .describe('environments that run side by side and share the episodes of an update'),
  discount: rolloutFields.discount,
  returns: z
    .enum(['wholeEpisode', 'rewardToGo'])
    .default('rewardToGo')
    .describe('what an action is judged by: the return of its episode, or of what came after it'),
  rewardsEndReturns: z
    .boolean()
    .default(false)
    .describe('whether a reward other than 0 ends a return, where each point is a game of its own'),
  baseline: z
    .enum(['none', 'constant', 'value'])
    .default('value')
    .describe(
      'what a return is compared with: nothing, a fading mean of earlier returns, or the value of the state',
    ),
  baselineTarget: z
    .enum(['monteCarlo', 'temporalDifference'])
    .default('monteCarlo')
    .describe('what the values are fitted to: the return that followed, or r + γ V(s′)'),
  baselineLearningRate: z.number().positive().default(1e-3).describe("step size of the values' Adam"),
  baselineEpochs: z.int().min(1).default(1).describe('passes over the episodes that fit the values'),
  batchSize: z.int().min(1).default(64).describe('rows of one step that fits the values'),
  episodesPerUpdate: z
    .int()
    .min(1)
    .default(1)
    .describe('episodes E of one update: 1 is stochastic ascent, many the full gradient'),
  normalizeAdvantage: z
    .boolean()
    .default(false)
    .describe('whether to standardize the weights of the actions of an update'),
  entropyWeight: z
    .number()
    .min(0)
    .default(0)
    .describe('weight c of the entropy bonus, which keeps a policy from being sure too soon'),
  binaryPolicy: z
    .enum(['sigmoid', 'softmax'])
    .default('sigmoid')
    .describe('a choice of two: one logit through a sigmoid, or two through a softmax'),
  ...optimizerFields('adam', 1e-3),
  updatesPerIteration: z.int().min(1).default(10).describe('updates between two reports'),
  ...separateNetworkFields,
  ...normalizationFields,
});

/** A resolved REINFORCE configuration. */
export type ReinforceConfig = z.output<typeof reinforceSchema>;

/** What a user writes: any fields of {@link ReinforceConfig}. */
export type ReinforceOptions = z.input<typeof reinforceSchema>;

/** Tuned options by environment. */
export const reinforcePresets: Readonly<Record<string, ReinforceOptions>> = {
  'CartPole-v1': { steps: 500_000 },
  // The 6400-200-1 network of A. Karpathy's "Deep Reinforcement Learning: Pong from Pixels" (2016).
  'PongDifference-v5': {
    steps: 3_000_000,
    environments: 10,
    episodesPerUpdate: 10,
    rewardsEndReturns: true,
    baseline: 'none',
    normalizeAdvantage: true,
    batchSize: 256,
    hiddenSizes: [200],
    activation: 'relu',
    learningRate: 1e-3,
    updatesPerIteration: 1,
  },
  'PongStack60-v5': {
    steps: 2_500_000,
    environments: 2,
    episodesPerUpdate: 2,
    discount: 0.95,
    normalizeAdvantage: true,
    entropyWeight: 0.01,
    batchSize: 512,
    imageNetwork: 'small',
    hiddenSizes: [128],
    activation: 'relu',
    normalizeObservations: true,
    observationClip: 3,
    learningRate: 1e-3,
    learningRateSchedule: 'linear',
  },
};
