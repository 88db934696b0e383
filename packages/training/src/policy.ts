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

/** A policy without values of its own. */
export interface Policy<Choice extends ActionChoice = ActionChoice> {
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  /** S */
  readonly observationSize: number;
  /** A: 1 for Discrete, one index a choice for MultiDiscrete, one number a component otherwise. */
  readonly actionSize: number;
  /** Noise that a sampled action takes. */
  readonly noise: Noise;
  /** How the parameters lie in their flat vector [P]. */
  readonly layout: Layout;
  /** The choice at observations [B, S]. */
  policy(parameters: TensorsOf<ParameterTree>, observation: Tensor): Choice;
  /** What describes the choice in an exported policy, by name. */
  describe(policy: Choice): Record<string, Tensor>;
  /** Actions [B, A] of the policy as the environment takes them: within the space's limits; [B] for Discrete. */
  toEnvironment(action: Tensor): Tensor;
}
