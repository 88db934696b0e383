/**
 * Layers and networks: a tree of parameters and a pure function of them. Nothing holds values.
 *
 * Shapes: B rows, I inputs, O outputs; images [batch, channel, height, width].
 */
import { ConfigError } from '../errors.ts';
import { conv2d } from '../tensor/constructors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { elu, gelu, relu, sigmoid } from '../tensor/functions.ts';
import { orthogonal, zeros, type Initializer } from './initializers.ts';
import type { Parameter, ParameterTree, TensorsOf } from './parameters.ts';

/** A differentiable function with parameters. */
export interface Module<P extends ParameterTree = ParameterTree> {
  readonly parameters: P;
  /** The function's value; pure. */
  apply(parameters: TensorsOf<P>, input: Tensor): Tensor;
}

/** How a layer with weights starts. */
export interface LayerOptions {
  /** Weight's initial values; default orthogonal with gain √2. */
  readonly weight?: Initializer;
  /** Bias's initial values; default zeros. */
  readonly bias?: Initializer;
}

/** Parameters of a layer. */
export interface LayerParameters extends ParameterTree {
  readonly weight: Parameter;
  readonly bias: Parameter;
}

const defaultWeight = orthogonal(Math.SQRT2);

/** y = x W + b: [B, I] → [B, O]. W is stored [I, O]. */
export function linear(
  inputs: number,
  outputs: number,
  { weight = defaultWeight, bias = zeros }: LayerOptions = {},
): Module<LayerParameters> {
  return {
    parameters: {
      weight: { shape: [inputs, outputs], initialize: weight },
      bias: { shape: [outputs], initialize: bias },
    },
    apply: (parameters, x) => x.matmul(parameters.weight).add(parameters.bias),
  };
}

/** Geometry and start of a convolution layer. */
export interface ConvolutionOptions extends LayerOptions {
  /** Steps of the filter in both directions; default 1. */
  readonly stride?: number;
  /** Zeros around the image on each side; default 0. */
  readonly padding?: number;
}

/** Convolution with square filters: [B, I, H, W] → [B, O, H', W']. Filters are stored [O, I, size, size]. */
export function convolution(
  inputs: number,
  outputs: number,
  size: number,
  { stride = 1, padding = 0, weight = defaultWeight, bias = zeros }: ConvolutionOptions = {},
): Module<LayerParameters> {
  return {
    parameters: {
      weight: { shape: [outputs, inputs, size, size], initialize: weight },
      bias: { shape: [outputs], initialize: bias },
    },
    apply(parameters, x) {
      const geometry = { stride: [stride, stride], padding: [padding, padding, padding, padding] } as const;
      return conv2d(x, parameters.weight, geometry).add(parameters.bias.reshape([1, outputs, 1, 1]));
    },
  };
}

/** A function of one tensor without parameters. */
export type Activation = (x: Tensor) => Tensor;

/** Activations by the name that a configuration uses. */
export const activations = {
  /** Hyperbolic tangent. */
  tanh: (x) => x.tanh(),
  /** max(x, 0) */
  relu,
  /** Exponential linear unit. */
  elu,
  /** Gaussian error linear unit. */
  gelu,
  /** 1 / (1 + e⁻ˣ) */
  sigmoid,
} as const satisfies Readonly<Record<string, Activation>>;

/** Name of an activation. */
export type ActivationName = keyof typeof activations;

/** A function without parameters as a module, for use in {@link sequential}. */
export function stateless(apply: Activation): Module {
  return { parameters: {}, apply: (_, x) => apply(x) };
}

/** One module after the other. Parameters are named by position: `0.weight`, `2.weight` … */
export function sequential(modules: readonly Module[]): Module {
  const named = modules.map((module, i) => [String(i), module] as const);
  const withParameters = named.filter(([, { parameters }]) => Object.keys(parameters).length > 0);
  return {
    parameters: Object.fromEntries(withParameters.map(([name, { parameters }]) => [name, parameters])),
    apply: (parameters, input) =>
      named.reduce(
        (x, [name, module]) => module.apply((parameters[name] ?? {}) as TensorsOf<ParameterTree>, x),
        input,
      ),
  };
}

/** A multilayer perceptron. */
export interface MlpOptions {
  /** Sizes of input, hidden layers and output: at least two. */
  readonly sizes: readonly number[];
  /** Between the layers; default tanh. */
  readonly activation?: ActivationName;
  /** Hidden layers' start; default orthogonal with gain √2, zero bias. */
  readonly hidden?: LayerOptions;
  /** Last layer's start; default as the hidden layers. */
  readonly output?: LayerOptions;
  /** Also after the last layer; default false. */
  readonly activateOutput?: boolean;
}

/** Linear layers with an activation in between: [B, sizes[0]] → [B, sizes.at(-1)]. Layers are named 0, 1, 2 … */
export function mlp({
  sizes,
  activation = 'tanh',
  hidden = {},
  output = hidden,
  activateOutput,
}: MlpOptions): Module {
  if (sizes.length < 2 || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new ConfigError(
      `mlp: expected at least two sizes that are whole numbers ≥ 1, got [${sizes.join(', ')}]`,
    );
  }
  const last = sizes.length - 2;
  const layers = sizes.slice(1).map((size, i): Module => {
    const layer = linear(sizes[i]!, size, i === last ? output : hidden);
    if (i === last && !activateOutput) return layer;
    return {
      ...layer,
      apply: (parameters, x) => activations[activation](layer.apply(parameters as never, x)),
    };
  });
  return sequential(layers);
}
