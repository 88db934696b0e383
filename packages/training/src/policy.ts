/**
 * A policy as a pure function of its parameters: what an agent acts by and exports, whatever trains it.
 *
 * Shapes: B rows, S numbers in an observation, A in an action.
 */
import type { Tensor } from '@ascent-rl/core';
import type { Distribution, Layout, Noise, ParameterTree, TensorsOf } from '@ascent-rl/core/nn';
import type { Space } from '@ascent-rl/environments';

/** How actions are chosen at some observations: the one that evaluation takes, and samples. */
export type ActionChoice = Pick<Distribution, 'mode' | 'sample'>;

/**
 * What a policy sees of a step beside the observation. It lies behind the observation in its row: 1 where an episode
 * starts, for a policy with a memory; then a flag for each choice, 1 where it is allowed.
 */
export interface Senses {
  /** Whether it must know where episodes start. */
  readonly starts: boolean;
  /** M: flags of allowed choices; 0 where all are always allowed. */
  readonly choices: number;
}

/** The memory of a recurrent policy. */
export interface PolicyMemory {
  /** H: numbers of the state of one environment. */
  readonly size: number;
  /** The state [B, H] after the policy has seen rows [B, S] with the state `state` [B, H]. */
  next(parameters: TensorsOf<ParameterTree>, seen: Tensor, state: Tensor): Tensor;
}

/** A policy without values of its own. */
export interface Policy<Choice extends ActionChoice = ActionChoice> {
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  /** S: numbers that it sees of a step: the observation, and what {@link senses} adds. */
  readonly observationSize: number;
  /** What it sees beside observations; nothing by default. */
  readonly senses?: Senses;
  /** Where it has one. */
  readonly memory?: PolicyMemory | undefined;
  /** A: 1 for Discrete, one index a choice for MultiDiscrete, one number a component otherwise. */
  readonly actionSize: number;
  /** Noise that a sampled action takes. */
  readonly noise: Noise;
  /** How the parameters lie in their flat vector [P]. */
  readonly layout: Layout;
  /** The choice at observations [B, S], with a memory's state [B, H] where it has one. */
  policy(parameters: TensorsOf<ParameterTree>, observation: Tensor, state?: Tensor): Choice;
  /** What describes the choice in an exported policy, by name. */
  describe(policy: Choice): Record<string, Tensor>;
  /** Actions [B, A] of the policy as the environment takes them: within the space's limits; [B] for Discrete. */
  toEnvironment(action: Tensor): Tensor;
}
