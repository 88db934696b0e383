/**
 * Actor and critic as one pure model: which distribution an action space needs, and the networks around it.
 *
 * Shapes: B rows, S numbers in an observation (flattened), A in an action, P parameters.
 */
import { constant, type Tensor } from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';
import {
  bernoulli,
  constantInitializer,
  diagonalGaussian,
  layout,
  linear,
  mlp,
  multiCategorical,
  orthogonal,
  uniformFanIn,
  type Distribution,
  type LayerOptions,
  type Module,
  type Noise,
  type ParameterTree,
  type TensorsOf,
} from '@ascent-rl/core/nn';
import { flatSize, type Space } from '@ascent-rl/environments';
import type { z } from 'zod';
import type { networkFields } from './config.ts';
import type { Policy } from './policy.ts';

/** Options of the networks; see {@link networkFields}. */
export type NetworkConfig = {
  readonly [K in keyof typeof networkFields]: z.output<(typeof networkFields)[K]>;
};

/** A stochastic policy π(·|s) and a value function V(s) with common parameters. */
export interface ActorCritic extends Policy<Distribution> {
  /** π(·|s) and V(s) [B] for observations [B, S]. */
  apply(parameters: TensorsOf<ParameterTree>, observation: Tensor): { policy: Distribution; value: Tensor };
}

/** How a policy is built where there is a choice. */
export interface PolicyOptions {
  /** One logit σ(z) for a choice of two, instead of a softmax over two. Default false. */
  readonly sigmoidChoice?: boolean;
}

/** What an action space asks of the last layer. */
interface ActionHead {
  /** Size of the last layer. */
  readonly outputs: number;
  readonly actionSize: number;
  readonly noise: Noise;
  /** Parameters besides the network's. */
  readonly parameters: ParameterTree;
  distribution(output: Tensor, parameters: TensorsOf<ParameterTree>): Distribution;
  describe(policy: Distribution): Record<string, Tensor>;
  toEnvironment(action: Tensor): Tensor;
}

/**
 * Actor and critic for a pair of spaces.
 *
 * @throws UnsupportedError for an action space that is neither Box, Discrete, MultiDiscrete nor MultiBinary.
 */
export function actorCritic(
  spaces: { readonly observationSpace: Space; readonly actionSpace: Space },
  config: NetworkConfig,
  options: PolicyOptions = {},
): ActorCritic {
  const observationSize = flatSize(spaces.observationSpace);
  const head = actionHead(spaces.actionSpace, config, options);
  const networks = config.sharedNetwork
    ? sharedNetworks(observationSize, head.outputs, config)
    : separateNetworks(observationSize, head.outputs, config);
  const policyOf = (parameters: TensorsOf<ParameterTree>, output: Tensor) =>
    head.distribution(output, (parameters['policy'] ?? {}) as TensorsOf<ParameterTree>);

  return {
    ...spaces,
    observationSize,
    actionSize: head.actionSize,
    noise: head.noise,
    layout: layout({
      ...networks.parameters,
      ...(Object.keys(head.parameters).length > 0 && { policy: head.parameters }),
    }),
    policy: (parameters, observation) => policyOf(parameters, networks.apply(parameters, observation).output),
    apply(parameters, observation) {
      const { output, value } = networks.apply(parameters, observation);
      return { policy: policyOf(parameters, output), value };
    },
    describe: head.describe,
    toEnvironment: head.toEnvironment,
  };
}

interface Networks {
  readonly parameters: ParameterTree;
  apply(parameters: TensorsOf<ParameterTree>, observation: Tensor): { output: Tensor; value: Tensor };
}

function separateNetworks(inputs: number, outputs: number, config: NetworkConfig): Networks {
  const { hiddenSizes, activation } = config;
  const { hidden, policyHead, valueHead } = initialValues(config);
  const actor = mlp({ sizes: [inputs, ...hiddenSizes, outputs], activation, hidden, output: policyHead });
  const critic = mlp({ sizes: [inputs, ...hiddenSizes, 1], activation, hidden, output: valueHead });
  return {
    parameters: { actor: actor.parameters, critic: critic.parameters },
    apply: (parameters, x) => ({
      output: run(actor, parameters['actor'], x),
      value: run(critic, parameters['critic'], x).squeeze(1),
    }),
  };
}

function sharedNetworks(inputs: number, outputs: number, config: NetworkConfig): Networks {
  const { hiddenSizes, activation } = config;
  const { hidden, policyHead, valueHead } = initialValues(config);
  const features = hiddenSizes.at(-1) ?? inputs;
  const trunk =
    hiddenSizes.length > 0
      ? mlp({ sizes: [inputs, ...hiddenSizes], activation, hidden, activateOutput: true })
      : undefined;
  const actor = linear(features, outputs, policyHead);
  const critic = linear(features, 1, valueHead);
  return {
    parameters: {
      ...(trunk && { trunk: trunk.parameters }),
      actor: actor.parameters,
      critic: critic.parameters,
    },
    apply(parameters, x) {
      const shared = trunk ? run(trunk, parameters['trunk'], x) : x;
      return {
        output: run(actor, parameters['actor'], shared),
        value: run(critic, parameters['critic'], shared).squeeze(1),
      };
    },
  };
}

/** Orthogonal with gains √2, 0.01 and 1 ("The 37 Implementation Details of PPO", core detail 2), or uniform fan-in. */
function initialValues({
  orthogonalInitialization,
}: NetworkConfig): Record<'hidden' | 'policyHead' | 'valueHead', LayerOptions> {
  const weight = (gain: number): LayerOptions => ({
    weight: orthogonalInitialization ? orthogonal(gain) : uniformFanIn(),
  });
  return { hidden: weight(Math.SQRT2), policyHead: weight(0.01), valueHead: weight(1) };
}

function run(module: Module | Module<never>, parameters: unknown, x: Tensor): Tensor {
  return (module as Module).apply(parameters as TensorsOf<ParameterTree>, x);
}

function actionHead(
  space: Space,
  { initialLogStandardDeviation }: NetworkConfig,
  { sigmoidChoice = false }: PolicyOptions,
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
    distribution: (logits) => multiCategorical(logits, sizes),
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
