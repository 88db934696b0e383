/**
 * The networks of an actor-critic, from observations to the outputs that describe a policy and to a value: apart, or
 * with their hidden layers in common. Images go through a network of their own first.
 *
 * Shapes: B rows, S numbers in an observation, O outputs.
 */
import { full, type Tensor } from '@ascent-rl/core';
import {
  linear,
  mlp,
  orthogonal,
  sequential,
  uniformFanIn,
  type LayerOptions,
  type Module,
  type ParameterTree,
  type TensorsOf,
} from '@ascent-rl/core/nn';
import { flatSize, type Space } from '@ascent-rl/environments';
import type { NetworkConfig } from './config.ts';
import { imageNetwork, isImage } from './image-network.ts';

/** Two networks over the same observations. */
export interface Networks {
  readonly parameters: ParameterTree;
  /** Outputs [B, O] and values [B] of observations [B, S]. */
  apply(parameters: TensorsOf<ParameterTree>, observation: Tensor): { output: Tensor; value: Tensor };
}

/** The networks for observations of a space, with `outputs` numbers that describe the policy. */
export function actorCriticNetworks(space: Space, outputs: number, config: NetworkConfig): Networks {
  return config.sharedNetwork
    ? sharedNetworks(space, outputs, config)
    : separateNetworks(space, outputs, config);
}

/** A network for the policy alone; values are 0. */
export function policyNetwork(space: Space, outputs: number, config: NetworkConfig): Networks {
  const actor = network(space, outputs, config, initialValues(config).policyHead);
  return {
    parameters: { actor: actor.parameters },
    apply: (parameters, x) => ({
      output: run(actor, parameters['actor'], x),
      value: full([x.shape[0]!], 0),
    }),
  };
}

function separateNetworks(space: Space, outputs: number, config: NetworkConfig): Networks {
  const { policyHead, valueHead } = initialValues(config);
  const actor = network(space, outputs, config, policyHead);
  const critic = network(space, 1, config, valueHead);
  return {
    parameters: { actor: actor.parameters, critic: critic.parameters },
    apply: (parameters, x) => ({
      output: run(actor, parameters['actor'], x),
      value: run(critic, parameters['critic'], x).squeeze(1),
    }),
  };
}

/** A network by itself, whose last layer starts as `output` says. */
function network(space: Space, outputs: number, config: NetworkConfig, output: LayerOptions): Module {
  const { hiddenSizes, activation } = config;
  const { hidden } = initialValues(config);
  const see = sight(space, config);
  const dense = mlp({ sizes: [see.features, ...hiddenSizes, outputs], activation, hidden, output });
  return see.module ? sequential([see.module, dense]) : dense;
}

function sharedNetworks(space: Space, outputs: number, config: NetworkConfig): Networks {
  const { policyHead, valueHead } = initialValues(config);
  const { trunk, features } = sharedTrunk(space, config);
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

/** The hidden layers by themselves; none where there are neither images nor hidden sizes. */
function sharedTrunk(space: Space, config: NetworkConfig): { trunk: Module | undefined; features: number } {
  const { hiddenSizes, activation } = config;
  const { hidden } = initialValues(config);
  const see = sight(space, config);
  if (hiddenSizes.length === 0) return { trunk: see.module, features: see.features };
  const dense = mlp({ sizes: [see.features, ...hiddenSizes], activation, hidden, activateOutput: true });
  return {
    trunk: see.module ? sequential([see.module, dense]) : dense,
    features: hiddenSizes.at(-1)!,
  };
}

/** What comes before the hidden layers: a network for images, and nothing for other observations. */
function sight(space: Space, config: NetworkConfig): { module: Module | undefined; features: number } {
  if (config.imageNetwork === 'none' || !isImage(space))
    return { module: undefined, features: flatSize(space) };
  const module = imageNetwork(space, config.imageNetwork, initialValues(config).hidden);
  return { module, features: module.features };
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
