/**
 * The networks of soft actor-critic as pure functions: a stochastic policy and twin critics, for real actions and for
 * choices.
 *
 * Shapes: B rows, A numbers in an action, n choices.
 */
import { full, gatherAlong, type Operand, type Tensor } from '@ascent-rl/core';
import {
  ensemble,
  layout,
  multiCategorical,
  type Layout,
  type MultiCategorical,
  type ParameterTree,
  type TensorsOf,
} from '@ascent-rl/core/nn';
import { flatSize } from '@ascent-rl/environments';
import {
  commonEyes,
  critics,
  denseEyes,
  denseNetwork,
  leastValue,
  maskedChoice,
  type ActionChoice,
  type ActorCriticSpaces,
  type MaskedChoice,
  type Policy,
} from '@ascent-rl/training';
import type { SacConfig } from './sac-config.ts';
import type { Judgement } from './sac-losses.ts';
import { squashedPolicy } from './squashed-policy.ts';

type Weights = TensorsOf<ParameterTree>;

/** A policy, and critics that judge it. */
export interface SacModel {
  readonly actor: Policy;
  /** What it chooses among, if it does. */
  readonly choice?: MaskedChoice;
  /** How the parameters of the critics lie in their flat vector. */
  readonly criticLayout: Layout;
  /** Numbers of noise a row of a gradient step: those of a sample, or 0 where expectations are exact. */
  readonly noiseSize: number;
  /** H̄ in nats where the user gives none, for a batch of what is seen, [B, S]. */
  targetEntropy(observations: Tensor): Operand;
  /** Qᵢ(s, a) of taken actions [B, A], [2, B]. */
  values(critics: Weights, observations: Tensor, actions: Tensor): Tensor;
  /** What the critics and the policy expect at states, given noise [B, noiseSize]. */
  judge(actor: Weights, critics: Weights, observations: Tensor, noise?: Tensor): Judgement;
}

type NetworkConfig = Pick<SacConfig, 'hiddenSizes' | 'activation' | 'imageNetwork'>;

/** The networks for real actions. Raises UnsupportedError unless actions are a Box with finite limits. */
export function sacModel(
  spaces: ActorCriticSpaces,
  { hiddenSizes, activation, imageNetwork }: NetworkConfig,
): SacModel {
  const eyes = denseEyes(spaces.observationSpace, imageNetwork);
  const actor = squashedPolicy(spaces, { hiddenSizes, activation, eyes });
  const { observationSize, actionSize } = actor;
  const twins = critics({ count: 2, observationSize, actionSize, eyes, hiddenSizes, activation });
  return {
    actor,
    criticLayout: layout(twins.parameters),
    noiseSize: actor.noise.size,
    targetEntropy: () => -actionSize,
    values: twins.values,
    judge(weights, criticWeights, observations, noise) {
      const { action, logProbability } = actor.policy(weights, observations).sampleWithLogProbability(noise!);
      return { value: leastValue(twins.values(criticWeights, observations, action)), logProbability };
    },
  };
}

/** Share of the largest entropy that allowed choices can have: the target by default (Christodoulou 2019, appendix). */
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
export function discreteSacModel(
  spaces: ActorCriticSpaces,
  { hiddenSizes, activation, imageNetwork }: NetworkConfig,
): SacModel {
  const { observationSpace, actionSpace } = spaces;
  const choice = maskedChoice(spaces, 'discrete-sac');
  const { count: n, start, observationSize, senses } = choice;
  const eyes = denseEyes(observationSpace, imageNetwork);
  const features = eyes?.features ?? flatSize(observationSpace);
  const network = denseNetwork({ sizes: [features, ...hiddenSizes, n], eyes, activation });
  const twins = ensemble(2, denseNetwork({ sizes: [features, ...hiddenSizes, n], activation }));
  const judging = commonEyes(eyes, twins.parameters);
  const valuesOf = (weights: Weights, seen: Tensor) => {
    const x = judging.see(weights, choice.observation(seen));
    return twins.apply(judging.denseOf(weights), x.broadcast([2, ...x.shape]));
  };
  const policy = (weights: Weights, seen: Tensor): CategoricalChoice => {
    const logits = network.apply(weights, choice.observation(seen));
    const distribution = multiCategorical(choice.heed(logits, seen), [n]);
    return { ...distribution, logProbabilities: distribution.logProbabilities[0]! };
  };
  const actor: Policy<CategoricalChoice> = {
    observationSpace,
    actionSpace,
    observationSize,
    senses,
    actionSize: 1,
    noise: { kind: 'uniform', size: n },
    layout: layout(network.parameters),
    policy,
    describe: ({ logits }) => ({ action_logits: logits }),
    toEnvironment: (action) => action.squeeze(1).add(start),
  };
  return {
    actor,
    choice,
    criticLayout: layout(judging.parameters),
    noiseSize: 0,
    targetEntropy(observations) {
      if (senses.choices === 0) return entropyShare * Math.log(n);
      const ones = full([observations.shape[0]!, n], 1);
      return choice.heed(ones, observations, 0).sum(1).log().mean().mul(entropyShare);
    },
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
