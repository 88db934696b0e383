/**
 * Networks of off-policy algorithms: dense layers that start uniform within ±1/√fan-in, weights and biases alike
 * (Lillicrap et al. 2016, supplement 7; torch's layers), and critics Q(s, a) made of them. Images go through a network
 * of their own first; that of critics is common to all of them.
 *
 * Shapes: B rows, S numbers in an observation, A in an action.
 */
import { concat, minimumOf, type Tensor } from '@ascent-rl/core';
import {
  activations,
  ensemble,
  linear,
  stateless,
  uniform,
  uniformFanIn,
  type ActivationName,
  type Module,
  type ParameterTree,
  type TensorsOf,
} from '@ascent-rl/core/nn';
import type { Space } from '@ascent-rl/environments';
import { batchNormalization, trainableSequence, type TrainableModule } from './batch-normalization.ts';
import { eyesFor, type ImageNetwork, type ImageNetworkName } from './image-network.ts';

type Tensors = TensorsOf<ParameterTree>;

/** A network of dense layers. */
export interface DenseNetworkOptions {
  /** Sizes of input, hidden layers and output. */
  readonly sizes: readonly number[];
  /** What sees the input first, if anything; the dense layers follow its features. */
  readonly eyes?: ImageNetwork | undefined;
  /** Between the layers. */
  readonly activation: ActivationName;
  /** The last layer starts within ± this instead. */
  readonly outputBound?: number;
  /** Whether the input and the hidden layers, before their activation, are normalized. Default false. */
  readonly batchNormalization?: boolean;
}

/** What sees observations before {@link denseNetwork}: a network where they are images, else nothing. */
export function denseEyes(space: Space, name: ImageNetworkName | 'none'): ImageNetwork | undefined {
  return eyesFor(space, name, { weight: uniformFanIn() });
}

/** Dense layers with an activation in between: [B, sizes[0]] → [B, sizes.at(-1)]. */
export function denseNetwork({
  sizes,
  eyes,
  activation,
  outputBound,
  batchNormalization: isNormalized = false,
}: DenseNetworkOptions): TrainableModule {
  const last = sizes.length - 2;
  const normalize = (size: number): Module[] => (isNormalized ? [batchNormalization(size)] : []);
  const inputs = eyes?.features ?? sizes[0]!;
  return trainableSequence([
    ...(eyes ? [eyes] : []),
    ...normalize(inputs),
    ...sizes.slice(1).flatMap((outputs, i): Module[] => {
      const fanIn = i === 0 ? inputs : sizes[i]!;
      const start = uniform(i === last && outputBound !== undefined ? outputBound : 1 / Math.sqrt(fanIn));
      const layer = linear(fanIn, outputs, { weight: start, bias: start }) as unknown as Module;
      return i === last ? [layer] : [layer, ...normalize(outputs), stateless(activations[activation])];
    }),
  ]);
}

/** Estimates of Q(s, a) by several networks at once. */
export interface Critics {
  readonly parameters: ParameterTree;
  /** Values [count, B] of actions [B, A] at observations [B, S]. */
  values(parameters: Tensors, observation: Tensor, action: Tensor): Tensor;
  /** The same in a gradient step, and the parameters with running statistics moved, if they have any. */
  train(
    parameters: Tensors,
    observation: Tensor,
    action: Tensor,
  ): { readonly values: Tensor; readonly parameters: Tensors };
  /** Values [B] of the first critic alone. */
  firstValue(parameters: Tensors, observation: Tensor, action: Tensor): Tensor;
}

/** What critics are made of. */
export interface CriticsOptions {
  /** How many. */
  readonly count: number;
  readonly observationSize: number;
  readonly actionSize: number;
  /** What sees the observation first, if anything. */
  readonly eyes?: ImageNetwork | undefined;
  readonly hiddenSizes: readonly number[];
  readonly activation: ActivationName;
  /** The last layer starts within ± this instead of ±1/√fan-in. */
  readonly outputBound?: number;
  /** The layer at which the action enters: 0, the first (default), or 1, the second. */
  readonly actionLayer?: number;
  /** Whether the observation and the layers before the action are normalized. Default false. */
  readonly batchNormalization?: boolean;
}

/** Critics that take the action beside the observation, or beside the first hidden layer. */
export function critics({ count, eyes, ...options }: CriticsOptions): Critics {
  const observationSize = eyes?.features ?? options.observationSize;
  const network = criticNetwork({ ...options, observationSize });
  const networks = ensemble(count, network);
  const { parameters, see, denseOf, withDense } = commonEyes(eyes, networks.parameters);
  const input = (weights: Tensors, observation: Tensor, action: Tensor) =>
    concat([see(weights, observation), action], 1);
  const inputs = (...given: Parameters<typeof input>) => {
    const x = input(...given);
    return x.broadcast([count, ...x.shape]);
  };
  return {
    parameters,
    values: (weights, observation, action) =>
      networks.apply(denseOf(weights), inputs(weights, observation, action)).squeeze(2),
    train(weights, observation, action) {
      const pass = network.train(denseOf(weights), inputs(weights, observation, action));
      return { values: pass.output.squeeze(2), parameters: withDense(weights, pass.parameters) };
    },
    firstValue(weights, observation, action) {
      const x = input(weights, observation, action).expand(0);
      return networks.apply(networks.first(denseOf(weights)), x).reshape([-1]);
    },
  };
}

/** Eyes that dense networks side by side have in common, if there are any. */
export interface CommonEyes {
  /** Of the eyes and of the dense networks. */
  readonly parameters: ParameterTree;
  /** What the dense networks see of observations. */
  see(parameters: Tensors, observation: Tensor): Tensor;
  /** The parameters of the dense networks. */
  denseOf(parameters: Tensors): Tensors;
  /** The parameters with others for the dense networks. */
  withDense(parameters: Tensors, dense: Tensors): Tensors;
}

/** Puts eyes before dense networks with the given parameters. */
export function commonEyes(eyes: ImageNetwork | undefined, dense: ParameterTree): CommonEyes {
  if (eyes === undefined) {
    return { parameters: dense, see: (_, x) => x, denseOf: (all) => all, withDense: (_, other) => other };
  }
  return {
    parameters: { eyes: eyes.parameters, dense },
    see: (all, x) => eyes.apply(all['eyes'] as Tensors, x),
    denseOf: (all) => all['dense'] as Tensors,
    withDense: (all, other) => ({ ...all, dense: other }),
  };
}

function criticNetwork({
  observationSize,
  actionSize,
  hiddenSizes,
  actionLayer = 0,
  batchNormalization: isNormalized = false,
  ...rest
}: Omit<CriticsOptions, 'count' | 'eyes'>): TrainableModule {
  const { activation } = rest;
  if (actionLayer === 0) {
    const above = denseNetwork({ sizes: [observationSize + actionSize, ...hiddenSizes, 1], ...rest });
    return isNormalized ? joined(observationSize, batchNormalization(observationSize), above) : above;
  }
  // As in the paper of DDPG (Lillicrap et al. 2016, supplement 7).
  const [first = actionSize, ...others] = hiddenSizes;
  const below = denseNetwork({
    sizes: [observationSize, first],
    activation,
    batchNormalization: isNormalized,
  });
  const features = trainableSequence([
    below,
    ...(isNormalized ? [batchNormalization(first)] : []),
    stateless(activations[activation]),
  ]);
  return joined(
    observationSize,
    features,
    denseNetwork({ sizes: [first + actionSize, ...others, 1], ...rest }),
  );
}

/** A network of an observation whose features and the action, which lie beside it, enter another. */
function joined(observationSize: number, below: TrainableModule, above: TrainableModule): TrainableModule {
  const partsOf = (parameters: Tensors) => parameters as Readonly<Record<'below' | 'above', Tensors>>;
  const withAction = (features: Tensor, x: Tensor) => concat([features, x.slice(-1, observationSize)], -1);
  return {
    parameters: { below: below.parameters, above: above.parameters },
    apply(parameters, x) {
      const { below: lower, above: upper } = partsOf(parameters);
      return above.apply(upper, withAction(below.apply(lower, x.slice(-1, 0, observationSize)), x));
    },
    train(parameters, x) {
      const { below: lower, above: upper } = partsOf(parameters);
      const features = below.train(lower, x.slice(-1, 0, observationSize));
      const pass = above.train(upper, withAction(features.output, x));
      return { output: pass.output, parameters: { below: features.parameters, above: pass.parameters } };
    },
  };
}

/** The least of the estimates [count, B] of each row → [B]: the clipped double Q (Fujimoto et al. 2018, eq. 10). */
export function leastValue(values: Tensor): Tensor {
  const each = Array.from({ length: values.shape[0]! }, (_, i) => values.slice(0, i, i + 1).squeeze(0));
  return minimumOf(each as [Tensor, ...Tensor[]]);
}
