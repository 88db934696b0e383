/**
 * What an action space asks of a policy network: how many outputs, and which distribution they describe.
 *
 * Shapes: B rows, A numbers in an action.
 */
import { constant, where, type Tensor } from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';
import {
  bernoulli,
  constantInitializer,
  diagonalGaussian,
  multiCategorical,
  type Distribution,
  type Noise,
  type ParameterTree,
  type TensorsOf,
} from '@ascent-rl/core/nn';
import { flatSize, type Space } from '@ascent-rl/environments';
import { expectReal } from './action-units.ts';
import { forbidden } from './masked-choice.ts';

/** How actions are chosen where there is a choice. */
export interface ActionHeadOptions {
  /** One logit σ(z) for a choice of two, instead of a softmax over two. Default false. */
  readonly sigmoidChoice?: boolean;
}

/** What an action space asks of the last layer. */
export interface ActionHead {
  /** Size of the last layer. */
  readonly outputs: number;
  readonly actionSize: number;
  readonly noise: Noise;
  /** Parameters besides the network's. */
  readonly parameters: ParameterTree;
  /** The distribution that outputs [B, outputs] describe; `allowed` [B, outputs] has a 1 for each allowed choice. */
  distribution(output: Tensor, parameters: TensorsOf<ParameterTree>, allowed?: Tensor): Distribution;
  describe(policy: Distribution): Record<string, Tensor>;
  toEnvironment(action: Tensor): Tensor;
}

/**
 * The head of an action space.
 *
 * @throws UnsupportedError for one that is neither a Box of real numbers, Discrete, MultiDiscrete nor MultiBinary.
 */
export function actionHead(
  space: Space,
  { initialLogStandardDeviation }: { readonly initialLogStandardDeviation: number },
  { sigmoidChoice = false }: ActionHeadOptions,
): ActionHead {
  switch (space.kind) {
    case 'Discrete':
      return {
        ...(sigmoidChoice && space.n === 2 ? switches(1) : choices([space.n])),
        // Choices are counted from `start`.
        toEnvironment: (action) => action.squeeze(1).add(space.start),
      };
    case 'MultiDiscrete':
      return choices(space.nvec);
    case 'MultiBinary':
      return switches(space.n);
    case 'Box': {
      expectReal(space);
      const size = flatSize(space);
      return {
        outputs: size,
        actionSize: size,
        noise: { kind: 'normal', size },
        parameters: {
          logStandardDeviation: {
            shape: [size],
            initialize: constantInitializer(initialLogStandardDeviation),
          },
        },
        distribution: (mean, parameters) =>
          diagonalGaussian(mean, parameters['logStandardDeviation'] as Tensor),
        describe(policy) {
          const { mean, logStandardDeviation } = policy as ReturnType<typeof diagonalGaussian>;
          return { action_mean: mean, action_log_std: logStandardDeviation };
        },
        toEnvironment: (action) => action.max(constant(space.low)).min(constant(space.high)),
      };
    }
    default:
      throw new UnsupportedError(
        `actorCritic: expected an action space Box, Discrete, MultiDiscrete or MultiBinary, got ${String(space)}; ` +
          'flatten it to one of these',
      );
  }
}

function choices(sizes: readonly number[]): ActionHead {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return {
    outputs: total,
    actionSize: sizes.length,
    noise: { kind: 'uniform', size: total },
    parameters: {},
    distribution: (logits, _, allowed) =>
      multiCategorical(allowed ? where(allowed, logits, forbidden) : logits, sizes),
    describe: (policy) => ({ action_logits: (policy as ReturnType<typeof multiCategorical>).logits }),
    toEnvironment: (action) => action,
  };
}

function switches(count: number): ActionHead {
  return {
    outputs: count,
    actionSize: count,
    noise: { kind: 'uniform', size: count },
    parameters: {},
    distribution: (logits) => bernoulli(logits),
    describe: (policy) => ({ action_logits: (policy as ReturnType<typeof bernoulli>).logits }),
    toEnvironment: (action) => action,
  };
}
