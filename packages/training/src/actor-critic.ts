/**
 * Actor and critic as one pure model: which distribution an action space needs, and the networks around it.
 *
 * Shapes: B rows, S numbers in an observation (flattened), A in an action, P parameters.
 */
import type { Tensor } from '@ascent-rl/core';
import { layout, type Distribution, type ParameterTree, type TensorsOf } from '@ascent-rl/core/nn';
import { flatSize, type Space } from '@ascent-rl/environments';
import { actionHead, type ActionHeadOptions } from './action-head.ts';
import { actorCriticNetworks, policyNetwork } from './actor-critic-networks.ts';
import type { NetworkConfig } from './config.ts';
import type { Policy } from './policy.ts';

/** A stochastic policy π(·|s) and a value function V(s) with common parameters. */
export interface ActorCritic extends Policy<Distribution> {
  /** π(·|s) and V(s) [B] for observations [B, S]. */
  apply(parameters: TensorsOf<ParameterTree>, observation: Tensor): { policy: Distribution; value: Tensor };
}

/** How a policy is built where there is a choice. */
export interface PolicyOptions extends ActionHeadOptions {
  /** False for a policy without a critic, whose values are all 0. Default true. */
  readonly critic?: boolean;
}

/**
 * Actor and critic for a pair of spaces.
 *
 * @throws UnsupportedError for an action space that is neither Box, Discrete, MultiDiscrete nor MultiBinary.
 * @throws ConfigError for images too small for the network that is to see them.
 */
export function actorCritic(
  spaces: { readonly observationSpace: Space; readonly actionSpace: Space },
  config: NetworkConfig,
  options: PolicyOptions = {},
): ActorCritic {
  const { observationSpace, actionSpace } = spaces;
  const head = actionHead(actionSpace, config, options);
  const build = options.critic === false ? policyNetwork : actorCriticNetworks;
  const networks = build(observationSpace, head.outputs, config);
  const policyOf = (parameters: TensorsOf<ParameterTree>, output: Tensor) =>
    head.distribution(output, (parameters['policy'] ?? {}) as TensorsOf<ParameterTree>);

  return {
    observationSpace,
    actionSpace,
    observationSize: flatSize(observationSpace),
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
