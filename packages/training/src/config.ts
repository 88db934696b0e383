/**
 * Configurations: one schema an algorithm, which gives its type, its defaults, its validation, its command-line flags
 * and its table in the documentation.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import { activations, type ActivationName } from '@ascent-rl/core/nn';
import * as z from 'zod';
import { imageNetworkNames } from './image-network.ts';

const positive = z.number().positive();

/** Fields of every policy network. */
export const networkFields = {
  hiddenSizes: z
    .array(z.int().min(1))
    .default([64, 64])
    .describe('sizes of the hidden layers of the actor and of the critic'),
  activation: z
    .enum(Object.keys(activations) as [ActivationName, ...ActivationName[]])
    .default('tanh')
    .describe('activation of the hidden layers'),
  sharedNetwork: z.boolean().default(false).describe('whether actor and critic share their hidden layers'),
  imageNetwork: z
    .enum([...imageNetworkNames, 'none'])
    .default('nature')
    .describe(
      'what comes before the hidden layers where observations are images: the convolutions of Mnih et al. 2015, ' +
        'the small ones of Mnih et al. 2013, or none',
    ),
  orthogonalInitialization: z
    .boolean()
    .default(true)
    .describe('orthogonal weights (gain √2, policy head 0.01, value head 1) instead of uniform fan-in'),
  initialLogStandardDeviation: z
    .number()
    .default(0)
    .describe('log σ of a Gaussian policy at the start; the same for every state'),
};

/** Fields of a memory, for algorithms that learn from sequences. */
export const memoryFields = {
  memory: z
    .enum(['none', 'lstm', 'gru'])
    .default('none')
    .describe('recurrent layer before the hidden layers, for what one observation does not tell'),
  memorySize: z.int().min(1).default(64).describe('units of the recurrent layer'),
};

/** Options of the networks; see {@link networkFields} and {@link memoryFields}, without which there is no memory. */
export type NetworkConfig = {
  readonly [K in keyof typeof networkFields]: z.output<(typeof networkFields)[K]>;
} & {
  readonly [K in keyof typeof memoryFields]?: z.output<(typeof memoryFields)[K]>;
} & {
  /** Whether observations come normalized, images too; default false. */
  readonly normalizeObservations?: boolean;
};

/** Fields of normalized observations and rewards. */
export const normalizationFields = {
  normalizeObservations: z
    .boolean()
    .default(false)
    .describe('whether to bring observations to mean 0 and deviation 1 by running statistics'),
  normalizeRewards: z
    .boolean()
    .default(false)
    .describe('whether to divide rewards by the running deviation of the discounted return'),
  observationClip: positive.default(10).describe('largest magnitude of a normalized observation'),
  rewardClip: positive.default(10).describe('largest magnitude of a normalized reward'),
};

/** Fields of fixed-length rollouts and the generalized advantage. */
export const rolloutFields = {
  steps: z
    .int()
    .min(1)
    .default(1_000_000)
    .describe('environment steps to train for, rounded up to whole rollouts'),
  environments: z.int().min(1).default(1).describe('environments that run side by side'),
  discount: z.number().min(0).max(1).default(0.99).describe('discount γ of future rewards'),
  lambda: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe('weight λ of longer sums in the generalized advantage'),
};

/** A field's value over training: constant or falling linearly to 0. */
export const scheduleField = z.enum(['constant', 'linear']).default('constant');

/**
 * Fills in defaults and checks every field.
 *
 * @param name - Whose configuration it is, for the message.
 * @throws ConfigError that names each bad field, its value and its range, and unknown fields.
 */
export function parseConfig<S extends z.ZodType>(schema: S, values: unknown, name: string): z.output<S> {
  const result = schema.safeParse(values, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const field = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      return `unknown ${issue.keys.join(', ')}; known: ${fieldNames(schema).join(', ')}`;
    }
    return `${field}: ${lowerFirst(issue.message)}, got ${JSON.stringify(issue.input) ?? String(issue.input)}`;
  });
  throw new ConfigError(`${name}: ${problems.join('; ')}`);
}

function fieldNames(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
