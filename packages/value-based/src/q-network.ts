/**
 * A network that values every action of a state, and the policy that takes the best.
 *
 * Shapes: B rows, S numbers that the policy sees of a step, n actions.
 */
import { argMax, where, type Tensor } from '@ascent-rl/core';
import { activations, layout, type Module, type ParameterTree, type TensorsOf } from '@ascent-rl/core/nn';
import { flatSize } from '@ascent-rl/environments';
import {
  denseEyes,
  denseNetwork,
  maskedChoice,
  type ActionChoice,
  type ActorCriticSpaces,
  type DenseNetworkOptions,
  type MaskedChoice,
  type Policy,
} from '@ascent-rl/training';
import type { DqnConfig } from './dqn-config.ts';

/** The choice of the most valuable action. */
export interface GreedyChoice extends ActionChoice {
  /** Q(s, ·), [B, n]. */
  readonly values: Tensor;
  /** The same with what is not allowed worth less than anything. */
  readonly allowedValues: Tensor;
}

/** A policy of choices. */
export interface QNetwork extends Policy<GreedyChoice> {
  readonly choice: MaskedChoice;
}

/** What the network needs of a configuration. */
export type QNetworkConfig = Pick<
  DqnConfig,
  'hiddenSizes' | 'activation' | 'imageNetwork' | 'duelling' | 'explorationEnd'
>;

/**
 * A policy that takes the action of the largest value; its samples take a random one with probability
 * `explorationEnd`.
 *
 * @throws UnsupportedError for an action space that is not Discrete.
 */
export function qNetwork(spaces: ActorCriticSpaces, config: QNetworkConfig): QNetwork {
  const { observationSpace, actionSpace } = spaces;
  const choice = maskedChoice(spaces, 'dqn');
  const { count: n, start, observationSize, senses } = choice;
  const { activation } = config;
  const eyes = denseEyes(observationSpace, config.imageNetwork);
  const sizes = [flatSize(observationSpace), ...config.hiddenSizes];
  const network = config.duelling
    ? duellingNetwork(n, { sizes, eyes, activation })
    : denseNetwork({ sizes: [...sizes, n], eyes, activation });
  return {
    observationSpace,
    actionSpace,
    observationSize,
    senses,
    actionSize: 1,
    choice,
    // Whether to explore, then a lot for each action.
    noise: { kind: 'uniform', size: 1 + n },
    layout: layout(network.parameters),
    policy(parameters, seen) {
      const values = network.apply(parameters, choice.observation(seen));
      const allowedValues = choice.heed(values, seen);
      const best = argMax(allowedValues).expand(1);
      return {
        values,
        allowedValues,
        mode: () => best,
        sample(noise) {
          const drawn = argMax(choice.heed(noise.slice(1, 1), seen)).expand(1);
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
function duellingNetwork(n: number, { sizes, eyes, activation }: DenseNetworkOptions): Module {
  const trunk = sizes.length > 1 ? denseNetwork({ sizes, eyes, activation }) : eyes;
  const features = sizes.length > 1 ? sizes.at(-1)! : (eyes?.features ?? sizes[0]!);
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
