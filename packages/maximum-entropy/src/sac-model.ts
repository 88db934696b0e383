/**
 * The networks of soft actor-critic as pure functions: a stochastic policy and twin critics, for real actions and for
 * choices.
 *
 * Shapes: B rows, A numbers in an action, n choices.
 */
import { gatherAlong, type Tensor } from '@ascent-rl/core';
import {
  ensemble,
  layout,
  multiCategorical,
  type Layout,
  type MultiCategorical,
  type ParameterTree,
  type TensorsOf,
} from '@ascent-rl/core/nn';
import { UnsupportedError } from '@ascent-rl/core/errors';
import { flatSize, type Space } from '@ascent-rl/environments';
import { critics, denseNetwork, leastValue, type ActionChoice, type Policy } from '@ascent-rl/training';
import type { SacConfig } from './sac-config.ts';
import type { Judgement } from './sac-losses.ts';
import { squashedPolicy } from './squashed-policy.ts';

type Weights = TensorsOf<ParameterTree>;

/** A policy, and critics that judge it. */
export interface SacModel {
  readonly actor: Policy;
  /** How the parameters of the critics lie in their flat vector. */
  readonly criticLayout: Layout;
  /** Numbers of noise a row of a gradient step: those of a sample, or 0 where expectations are exact. */
  readonly noiseSize: number;
  /** H̄ where the user gives none, in nats. */
  readonly targetEntropy: number;
  /** Qᵢ(s, a) of taken actions [B, A], [2, B]. */
  values(critics: Weights, observations: Tensor, actions: Tensor): Tensor;
  /** What the critics and the policy expect at states, given noise [B, noiseSize]. */
  judge(actor: Weights, critics: Weights, observations: Tensor, noise?: Tensor): Judgement;
}

/** The spaces that a model is for. */
export interface Spaces {
  readonly observationSpace: Space;
  readonly actionSpace: Space;
}

type NetworkConfig = Pick<SacConfig, 'hiddenSizes' | 'activation'>;

/** The networks for real actions. Raises UnsupportedError unless actions are a Box with finite limits. */
export function sacModel(spaces: Spaces, { hiddenSizes, activation }: NetworkConfig): SacModel {
  const actor = squashedPolicy(spaces, { hiddenSizes, activation });
  const { observationSize, actionSize } = actor;
  const twins = critics({ count: 2, observationSize, actionSize, hiddenSizes, activation });
  return {
    actor,
    criticLayout: layout(twins.parameters),
    noiseSize: actor.noise.size,
    targetEntropy: -actionSize,
    values: twins.values,
    judge(weights, criticWeights, observations, noise) {
      const { action, logProbability } = actor.policy(weights, observations).sampleWithLogProbability(noise!);
      return { value: leastValue(twins.values(criticWeights, observations, action)), logProbability };
    },
  };
}

/** Share of the largest entropy that is the target by default (Christodoulou 2019, appendix). */
const entropyShare = 0.98;

/** The choice among n. */
export interface CategoricalChoice extends ActionChoice, Pick<MultiCategorical, 'logits'> {
  /** log π(·|s), [B, n]. */
  readonly logProbabilities: Tensor;
}

/**
 * The networks for choices: the critics value every choice at once, so that expectations over the policy are sums.
 * Raises UnsupportedError unless actions are Discrete.
 */
export function discreteSacModel(spaces: Spaces, { hiddenSizes, activation }: NetworkConfig): SacModel {
  const { actionSpace } = spaces;
  if (actionSpace.kind !== 'Discrete') {
    throw new UnsupportedError(
      `discrete-sac: expected an action space Discrete, got ${String(actionSpace)}; choose sac for real actions`,
    );
  }
  const { n, start } = actionSpace;
  const observationSize = flatSize(spaces.observationSpace);
  const network = denseNetwork({ sizes: [observationSize, ...hiddenSizes, n], activation });
  const twins = ensemble(2, network);
  const valuesOf = (weights: Weights, observations: Tensor) =>
    twins.apply(weights, observations.broadcast([2, ...observations.shape]));
  const policy = (weights: Weights, observations: Tensor): CategoricalChoice => {
    const choice = multiCategorical(network.apply(weights, observations), [n]);
    return { ...choice, logProbabilities: choice.logProbabilities[0]! };
  };
  const actor: Policy<CategoricalChoice> = {
    ...spaces,
    observationSize,
    actionSize: 1,
    noise: { kind: 'uniform', size: n },
    layout: layout(network.parameters),
    policy,
    describe: ({ logits }) => ({ action_logits: logits }),
    toEnvironment: (action) => action.squeeze(1).add(start),
  };
  return {
    actor,
    criticLayout: layout(twins.parameters),
    noiseSize: 0,
    targetEntropy: entropyShare * Math.log(n),
    values: (weights, observations, actions) =>
      gatherAlong(valuesOf(weights, observations), actions.squeeze(1).broadcast([2, actions.shape[0]!])),
    judge(weights, criticWeights, observations) {
      const { logProbabilities } = policy(weights, observations);
      const probabilities = logProbabilities.exp();
      const expected = (of: Tensor) => probabilities.mul(of).sum(1);
      return {
        value: expected(leastValue(valuesOf(criticWeights, observations))),
        logProbability: expected(logProbabilities),
      };
    },
  };
}
