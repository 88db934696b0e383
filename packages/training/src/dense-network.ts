/**
 * Networks of off-policy algorithms: dense layers that start uniform within ±1/√fan-in, weights and biases alike
 * (Lillicrap et al. 2016, supplement 7; torch's layers), and critics Q(s, a) made of them.
 *
 * Shapes: B rows, S numbers in an observation, A in an action.
 */
import { concat, type Tensor } from '@ascent-rl/core';
import {
  activations,
  ensemble,
  linear,
  sequential,
  stateless,
  uniform,
  type ActivationName,
  type Module,
  type ParameterTree,
  type TensorsOf,
} from '@ascent-rl/core/nn';

/** A network of dense layers. */
export interface DenseNetworkOptions {
  /** Sizes of input, hidden layers and output. */
  readonly sizes: readonly number[];
  /** Between the layers. */
  readonly activation: ActivationName;
  /** The last layer starts within ± this instead. */
  readonly outputBound?: number;
}

/** Dense layers with an activation in between: [B, sizes[0]] → [B, sizes.at(-1)]. */
export function denseNetwork({ sizes, activation, outputBound }: DenseNetworkOptions): Module {
  const last = sizes.length - 2;
  return sequential(
    sizes.slice(1).flatMap((outputs, i): Module[] => {
      const fanIn = sizes[i]!;
      const start = uniform(i === last && outputBound !== undefined ? outputBound : 1 / Math.sqrt(fanIn));
      const layer = linear(fanIn, outputs, { weight: start, bias: start }) as unknown as Module;
      return i === last ? [layer] : [layer, stateless(activations[activation])];
    }),
  );
}

/** Estimates of Q(s, a) by several networks at once. */
export interface Critics {
  readonly parameters: ParameterTree;
  /** Values [count, B] of actions [B, A] at observations [B, S]. */
  values(parameters: TensorsOf<ParameterTree>, observation: Tensor, action: Tensor): Tensor;
  /** Values [B] of the first critic alone. */
  firstValue(parameters: TensorsOf<ParameterTree>, observation: Tensor, action: Tensor): Tensor;
}

/** What critics are made of. */
export interface CriticsOptions {
  /** How many. */
  readonly count: number;
  readonly observationSize: number;
  readonly actionSize: number;
  readonly hiddenSizes: readonly number[];
  readonly activation: ActivationName;
  /** The last layer starts within ± this instead of ±1/√fan-in. */
  readonly outputBound?: number;
  /** The layer at which the action enters: 0, the first (default), or 1, the second. */
  readonly actionLayer?: number;
}

/** Critics that take the action beside the observation, or beside the first hidden layer. */
export function critics({ count, actionLayer = 0, ...options }: CriticsOptions): Critics {
  const networks = ensemble(count, actionLayer === 0 ? actionFirst(options) : actionSecond(options));
  return {
    parameters: networks.parameters,
    values(parameters, observation, action) {
      const x = concat([observation, action], 1);
      return networks.apply(parameters, x.broadcast([count, ...x.shape])).squeeze(2);
    },
    firstValue(parameters, observation, action) {
      const x = concat([observation, action], 1).expand(0);
      return networks.apply(networks.first(parameters), x).reshape([-1]);
    },
  };
}

type NetworkOptions = Omit<CriticsOptions, 'count' | 'actionLayer'>;

function actionFirst({ observationSize, actionSize, hiddenSizes, ...rest }: NetworkOptions): Module {
  return denseNetwork({ sizes: [observationSize + actionSize, ...hiddenSizes, 1], ...rest });
}

/** As in the paper of DDPG (Lillicrap et al. 2016, supplement 7). */
function actionSecond({ observationSize, actionSize, hiddenSizes, ...rest }: NetworkOptions): Module {
  const [first = actionSize, ...others] = hiddenSizes;
  const { activation } = rest;
  const below = denseNetwork({ sizes: [observationSize, first], activation });
  const above = denseNetwork({ sizes: [first + actionSize, ...others, 1], ...rest });
  return {
    parameters: { below: below.parameters, above: above.parameters },
    apply(parameters, x) {
      const { below: lower, above: upper } = parameters as Record<string, TensorsOf<ParameterTree>>;
      const features = activations[activation](below.apply(lower!, x.slice(-1, 0, observationSize)));
      return above.apply(upper!, concat([features, x.slice(-1, observationSize)], -1));
    },
  };
}

/** The least of the estimates [count, B] of each row → [B]: the clipped double Q (Fujimoto et al. 2018, eq. 10). */
export function leastValue(values: Tensor): Tensor {
  const [count] = values.shape;
  const each = Array.from({ length: count! }, (_, i) => values.slice(0, i, i + 1).squeeze(0));
  return each.reduce((least, value) => least.min(value));
}
