/**
 * Actor and critic as one pure model: which distribution an action space needs, and the networks around it.
 *
 * Shapes: B rows, S numbers that the policy sees of a step, A in an action, M flags of allowed choices, H numbers in the
 * state of a memory, P parameters. A memory takes rows as T steps of B / T sequences.
 */
import { constant, type Tensor } from '@ascent-rl/core';
import { layout, type Distribution, type ParameterTree, type TensorsOf } from '@ascent-rl/core/nn';
import { flatSize, type Space } from '@ascent-rl/environments';
import { actionHead, type ActionHeadOptions } from './action-head.ts';
import { actorCriticNetworks, policyNetwork } from './actor-critic-networks.ts';
import type { NetworkConfig } from './config.ts';
import type { Policy } from './policy.ts';

/** A stochastic policy π(·|s) and a value function V(s) with common parameters. */
export interface ActorCritic extends Policy<Distribution> {
  /**
   * π(·|s) and V(s) [B] for what is seen [B, S]. A memory starts from `state` [B / T, H] and gives the one after the last
   * step.
   */
  apply(
    parameters: TensorsOf<ParameterTree>,
    seen: Tensor,
    state?: Tensor,
  ): { policy: Distribution; value: Tensor; state?: Tensor | undefined };
}

/** How a policy is built where there is a choice. */
export interface PolicyOptions extends ActionHeadOptions {
  /** False for a policy without a critic, whose values are all 0. Default true. */
  readonly critic?: boolean;
}

/** What a policy acts in. */
export interface ActorCriticSpaces {
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  /** Flags of allowed choices [N, M], where the environment has them. */
  readonly actionMasks?: Uint8Array | undefined;
}

/**
 * Actor and critic for a pair of spaces.
 *
 * @throws UnsupportedError for an action space that is neither Box, Discrete, MultiDiscrete nor MultiBinary.
 * @throws ConfigError for images too small for the network that is to see them.
 */
export function actorCritic(
  { observationSpace, actionSpace, actionMasks }: ActorCriticSpaces,
  config: NetworkConfig,
  options: PolicyOptions = {},
): ActorCritic {
  const masked = actionMasks !== undefined && /^(Multi)?Discrete$/.test(actionSpace.kind);
  const head = actionHead(actionSpace, config, masked ? {} : options);
  const build = options.critic === false ? policyNetwork : actorCriticNetworks;
  const networks = build(observationSpace, head.outputs, config);
  const size = flatSize(observationSpace);
  const senses = { starts: networks.stateSize > 0, choices: masked ? head.outputs : 0 };
  const startsAt = size + (senses.starts ? 1 : 0);

  const apply: ActorCritic['apply'] = (parameters, seen, state) => {
    const observation = seen.shape[1] === size ? seen : seen.slice(1, 0, size);
    const remembered = state && { state, starts: seen.slice(1, size, startsAt).squeeze(1) };
    const { output, value, state: next } = networks.apply(parameters, observation, remembered);
    const allowed = senses.choices > 0 ? seen.slice(1, startsAt) : undefined;
    const own = (parameters['policy'] ?? {}) as TensorsOf<ParameterTree>;
    return { policy: head.distribution(output, own, allowed), value, state: next };
  };
  return {
    observationSpace,
    actionSpace,
    observationSize: startsAt + senses.choices,
    senses,
    memory: senses.starts
      ? {
          size: networks.stateSize,
          next: (parameters, seen, state) => apply(parameters, seen, state).state!,
        }
      : undefined,
    actionSize: head.actionSize,
    noise: head.noise,
    layout: layout({
      ...networks.parameters,
      ...(Object.keys(head.parameters).length > 0 && { policy: head.parameters }),
    }),
    policy: (parameters, seen, state) => apply(parameters, seen, state).policy,
    apply,
    describe: head.describe,
    toEnvironment: head.toEnvironment,
  };
}

/** Mean standard deviation of a Gaussian policy, a scalar; 0 for a policy of choices. */
export function meanDeviation(model: Pick<ActorCritic, 'describe'>, policy: Distribution): Tensor {
  return model.describe(policy)['action_log_std']?.exp().mean() ?? constant(0);
}
