/**
 * The networks of deterministic policy gradients: an actor μ(s) within ±1 and critics Q(s, a).
 *
 * Shapes: S numbers in an observation, A in an action.
 */
import {
  layout,
  type ActivationName,
  type Layout,
  type ParameterTree,
  type TensorsOf,
} from '@ascent-rl/core/nn';
import type { Tensor } from '@ascent-rl/core';
import { flatSize, type Space } from '@ascent-rl/environments';
import {
  boundedBox,
  critics,
  denseEyes,
  denseNetwork,
  firstDeviation,
  scaleToBox,
  type ActionChoice,
  type Critics,
  type ExplorationNoiseConfig,
  type ImageNetworkName,
  type Policy,
} from '@ascent-rl/training';

/** What the networks are made of. */
export interface DeterministicNetworks extends Omit<ExplorationNoiseConfig, 'noiseReversion'> {
  readonly hiddenSizes: readonly number[];
  readonly activation: ActivationName;
  /** What sees images before the dense layers do. */
  readonly imageNetwork: ImageNetworkName | 'none';
  /** Critics. */
  readonly critics: number;
  /** The layer of the critics at which the action enters: the first, 0, or the second, 1. */
  readonly actionLayer: number;
  /** Whether the actor's layers and the critics' before the action are normalized. */
  readonly batchNormalization: boolean;
  /** The last layers start within ± this; null: ±1/√fan-in. */
  readonly outputBound: number | null;
}

/**
 * A deterministic choice. Samples, which know of no step before, scatter around it as exploration does at the start of an
 * episode: see {@link firstDeviation}.
 */
export interface DeterministicChoice extends ActionChoice {
  /** μ(s), [B, A]. */
  readonly action: Tensor;
}

/** The networks as pure functions. */
export interface DeterministicModel {
  readonly actor: Policy<DeterministicChoice>;
  /** The actor's action in a gradient step, and its parameters with running statistics moved, if they have any. */
  trainActor(
    parameters: TensorsOf<ParameterTree>,
    observation: Tensor,
  ): { readonly action: Tensor; readonly parameters: TensorsOf<ParameterTree> };
  readonly critics: Critics;
  /** How the parameters of the critics lie in their flat vector. */
  readonly criticLayout: Layout;
}

/**
 * The networks for a pair of spaces.
 *
 * @param algorithm - Whose they are, for the message.
 * @throws UnsupportedError unless actions are a Box with finite limits.
 */
export function deterministicModel(
  spaces: { readonly observationSpace: Space; readonly actionSpace: Space },
  {
    hiddenSizes,
    activation,
    imageNetwork,
    critics: count,
    actionLayer,
    batchNormalization,
    outputBound,
    ...noise
  }: DeterministicNetworks,
  algorithm: string,
): DeterministicModel {
  const observationSize = flatSize(spaces.observationSpace);
  const box = boundedBox(spaces.actionSpace, algorithm);
  const actionSize = flatSize(box);
  const last = outputBound === null ? {} : { outputBound };
  const deviation = firstDeviation(noise);
  const eyes = denseEyes(spaces.observationSpace, imageNetwork);
  const network = denseNetwork({
    sizes: [observationSize, ...hiddenSizes, actionSize],
    eyes,
    activation,
    batchNormalization,
    ...last,
  });
  const values = critics({
    count,
    observationSize,
    actionSize,
    eyes,
    hiddenSizes,
    activation,
    actionLayer,
    batchNormalization,
    ...last,
  });
  return {
    actor: {
      ...spaces,
      observationSize,
      actionSize,
      noise: { kind: 'normal', size: actionSize },
      layout: layout(network.parameters),
      policy(parameters, observation) {
        const action = network.apply(parameters, observation).tanh();
        return {
          action,
          mode: () => action,
          sample: (draw) => action.add(draw.mul(deviation)).clip(-1, 1),
        };
      },
      describe: ({ action }) => ({ action_mean: scaleToBox(box, action) }),
      toEnvironment: (action) => scaleToBox(box, action),
    },
    trainActor(parameters, observation) {
      const pass = network.train(parameters, observation);
      return { action: pass.output.tanh(), parameters: pass.parameters };
    },
    critics: values,
    criticLayout: layout(values.parameters),
  };
}
