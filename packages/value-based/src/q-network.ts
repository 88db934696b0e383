/**
 * A network that values every action of a state, and the policy that takes the best.
 *
 * Shapes: B rows, S numbers in an observation, n actions.
 */
import { argMax, where, type Tensor } from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';
import { activations, layout, type Module, type ParameterTree, type TensorsOf } from '@ascent-rl/core/nn';
import { flatSize, type Space } from '@ascent-rl/environments';
import { denseNetwork, type ActionChoice, type Policy } from '@ascent-rl/training';
import type { DqnConfig } from './dqn-config.ts';

/** The choice of the most valuable action. */
export interface GreedyChoice extends ActionChoice {
  /** Q(s, ·), [B, n]. */
  readonly values: Tensor;
}

/** A policy of choices. */
export interface QNetwork extends Policy<GreedyChoice> {
  /** n */
  readonly choices: number;
}

/** What the network needs of a configuration. */
export type QNetworkConfig = Pick<DqnConfig, 'hiddenSizes' | 'activation' | 'duelling' | 'explorationEnd'>;

/**
 * A policy that takes the action of the largest value; its samples take a random one with probability
 * `explorationEnd`.
 *
 * @throws UnsupportedError for an action space that is not Discrete.
 */
export function qNetwork(
  spaces: { readonly observationSpace: Space; readonly actionSpace: Space },
  config: QNetworkConfig,
): QNetwork {
  const { actionSpace } = spaces;
  if (actionSpace.kind !== 'Discrete') {
    throw new UnsupportedError(
      `dqn: expected an action space Discrete, got ${String(actionSpace)}; choose an algorithm for that space`,
    );
  }
  const { n, start } = actionSpace;
  const observationSize = flatSize(spaces.observationSpace);
  const network = config.duelling
    ? duellingNetwork(observationSize, n, config)
    : denseNetwork({ ...config, sizes: [observationSize, ...config.hiddenSizes, n] });
  return {
    ...spaces,
    observationSize,
    actionSize: 1,
    choices: n,
    // Whether to explore, then a lot for each action.
    noise: { kind: 'uniform', size: 1 + n },
    layout: layout(network.parameters),
    policy(parameters, observation) {
      const values = network.apply(parameters, observation);
      const best = argMax(values).expand(1);
      return {
        values,
        mode: () => best,
        sample(noise) {
          const drawn = argMax(noise.slice(1, 1)).expand(1);
          return where(noise.slice(1, 0, 1).less(config.explorationEnd), drawn, best);
        },
      };
    },
    describe: ({ values }) => ({ action_values: values }),
    toEnvironment: (action) => action.squeeze(1).add(start),
  };
}

/**
 * Q(s, a) = V(s) + A(s, a) − meanₐ A(s, a), with a common trunk (Wang et al. 2016, "Dueling Network Architectures",
 * eq. 9, https://arxiv.org/abs/1511.06581).
 */
function duellingNetwork(inputs: number, n: number, { hiddenSizes, activation }: QNetworkConfig): Module {
  const features = hiddenSizes.at(-1) ?? inputs;
  const trunk =
    hiddenSizes.length > 0 ? denseNetwork({ sizes: [inputs, ...hiddenSizes], activation }) : undefined;
  const value = denseNetwork({ sizes: [features, 1], activation });
  const advantage = denseNetwork({ sizes: [features, n], activation });
  return {
    parameters: {
      ...(trunk && { trunk: trunk.parameters }),
      value: value.parameters,
      advantage: advantage.parameters,
    },
    apply(parameters, x) {
      const of = parameters as Readonly<Record<string, TensorsOf<ParameterTree>>>;
      const shared = trunk ? activations[activation](trunk.apply(of['trunk']!, x)) : x;
      const advantages = advantage.apply(of['advantage']!, shared);
      return value.apply(of['value']!, shared).add(advantages.sub(advantages.mean(1, { keepAxes: true })));
    },
  };
}
