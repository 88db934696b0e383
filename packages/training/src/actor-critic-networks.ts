/**
 * The networks of an actor-critic, from observations to the outputs that describe a policy and to a value: apart, or
 * with all but their last layers in common. Images go through a network of their own first, then comes a memory where
 * there is one, then the hidden layers.
 *
 * Shapes: B rows, S numbers in an observation, O outputs, H numbers in the state of memories; a memory takes rows as T
 * steps of B / T sequences.
 */
import { concat, full, type Tensor } from '@ascent-rl/core';
import {
  gru,
  linear,
  lstm,
  mlp,
  orthogonal,
  stateless,
  uniformFanIn,
  type LayerOptions,
  type Module,
  type ParameterTree,
  type Recurrent,
  type TensorsOf,
} from '@ascent-rl/core/nn';
import { flatSize, type Space } from '@ascent-rl/environments';
import type { NetworkConfig } from './config.ts';
import { eyesFor } from './image-network.ts';

/** What a memory needs besides inputs. */
export interface Remembered {
  /** Before the first step, [B / T, H]. */
  readonly state: Tensor;
  /** 1 where an episode starts, [B]. */
  readonly starts: Tensor;
}

/** Two networks over the same observations. */
export interface Networks {
  readonly parameters: ParameterTree;
  /** H; 0 without a memory. */
  readonly stateSize: number;
  /** Outputs [B, O] and values [B] of observations [B, S]; with a memory, the state after the last step. */
  apply(
    parameters: TensorsOf<ParameterTree>,
    observation: Tensor,
    remembered?: Remembered,
  ): { output: Tensor; value: Tensor; state: Tensor | undefined };
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
    stateSize: actor.stateSize,
    apply(parameters, x, remembered) {
      const { output, state } = actor.apply(branch(parameters, 'actor'), x, remembered);
      return { output, value: full([x.shape[0]!], 0), state };
    },
  };
}

function separateNetworks(space: Space, outputs: number, config: NetworkConfig): Networks {
  const { policyHead, valueHead } = initialValues(config);
  const actor = network(space, outputs, config, policyHead);
  const critic = network(space, 1, config, valueHead);
  return {
    parameters: { actor: actor.parameters, critic: critic.parameters },
    stateSize: actor.stateSize + critic.stateSize,
    apply(parameters, x, remembered) {
      const share = (from: number, to: number) =>
        remembered && { ...remembered, state: remembered.state.slice(1, from, to) };
      const size = actor.stateSize;
      const acting = actor.apply(branch(parameters, 'actor'), x, share(0, size));
      const judging = critic.apply(branch(parameters, 'critic'), x, share(size, 2 * size));
      return {
        output: acting.output,
        value: judging.output.squeeze(1),
        state: acting.state && concat([acting.state, judging.state!], 1),
      };
    },
  };
}

function sharedNetworks(space: Space, outputs: number, config: NetworkConfig): Networks {
  const { policyHead, valueHead } = initialValues(config);
  const trunk = trunkOf(space, config);
  const actor = linear(trunk.features, outputs, policyHead);
  const critic = linear(trunk.features, 1, valueHead);
  return {
    parameters: { trunk: trunk.parameters, actor: actor.parameters, critic: critic.parameters },
    stateSize: trunk.stateSize,
    apply(parameters, x, remembered) {
      const { output: shared, state } = trunk.apply(branch(parameters, 'trunk'), x, remembered);
      return {
        output: run(actor, parameters['actor'], shared),
        value: run(critic, parameters['critic'], shared).squeeze(1),
        state,
      };
    },
  };
}

/** A network with a memory, or without. */
interface Network {
  readonly parameters: ParameterTree;
  readonly stateSize: number;
  readonly features: number;
  apply(
    parameters: TensorsOf<ParameterTree>,
    x: Tensor,
    remembered?: Remembered,
  ): { output: Tensor; state: Tensor | undefined };
}

/** A network by itself, whose last layer starts as `output` says. */
function network(space: Space, outputs: number, config: NetworkConfig, output: LayerOptions): Network {
  const { hiddenSizes, activation } = config;
  const { hidden } = initialValues(config);
  return behindEyes(space, config, outputs, (features) =>
    mlp({ sizes: [features, ...hiddenSizes, outputs], activation, hidden, output }),
  );
}

/** The hidden layers without a last one. */
function trunkOf(space: Space, config: NetworkConfig): Network {
  const { hiddenSizes, activation } = config;
  const { hidden } = initialValues(config);
  return behindEyes(space, config, hiddenSizes.at(-1), (features) =>
    hiddenSizes.length === 0
      ? stateless((x) => x)
      : mlp({ sizes: [features, ...hiddenSizes], activation, hidden, activateOutput: true }),
  );
}

/** Dense layers behind what images and memories need; parameters of layers alone stay without a name of their own. */
function behindEyes(
  space: Space,
  config: NetworkConfig,
  outputs: number | undefined,
  build: (features: number) => Module,
): Network {
  const image = eyesFor(space, config.imageNetwork, {
    ...initialValues(config).hidden,
    normalized: config.normalizeObservations ?? false,
  });
  const seen = image?.features ?? flatSize(space);
  const memory = memoryOf(config, seen);
  const features = memory?.size ?? seen;
  const dense = build(features);
  const isPlain = image === undefined && memory === undefined;
  return {
    parameters: isPlain
      ? dense.parameters
      : {
          ...(image && { image: image.parameters }),
          ...(memory && { memory: memory.parameters }),
          dense: dense.parameters,
        },
    stateSize: memory?.stateSize ?? 0,
    features: outputs ?? features,
    apply(parameters, x, remembered) {
      const looked = image ? run(image, parameters['image'], x) : x;
      const thought =
        memory && remembered
          ? memory.apply(branch(parameters, 'memory'), looked, remembered.state, remembered.starts)
          : { output: looked, state: undefined };
      const { output, state } = thought;
      return { output: run(dense, isPlain ? parameters : parameters['dense'], output), state };
    },
  };
}

function memoryOf({ memory = 'none', memorySize = 0 }: NetworkConfig, inputs: number): Recurrent | undefined {
  switch (memory) {
    case 'none':
      return undefined;
    case 'lstm':
      return lstm(inputs, memorySize);
    case 'gru':
      return gru(inputs, memorySize);
  }
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

function branch(parameters: TensorsOf<ParameterTree>, name: string): TensorsOf<ParameterTree> {
  return (parameters[name] ?? {}) as TensorsOf<ParameterTree>;
}

function run(module: Module | Module<never>, parameters: unknown, x: Tensor): Tensor {
  return (module as Module).apply((parameters ?? {}) as TensorsOf<ParameterTree>, x);
}
