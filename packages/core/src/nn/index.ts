/**
 * Networks as pure functions of named parameters, initial values, and distributions over actions.
 *
 * @module
 */
export {
  constantInitializer,
  glorotUniform,
  heNormal,
  orthogonal,
  uniform,
  uniformFanIn,
  zeros,
  type Initializer,
} from './initializers.ts';
export { ensemble, type Ensemble } from './ensemble.ts';
export {
  isParameter,
  layout,
  type Layout,
  type LayoutEntry,
  type Parameter,
  type ParameterTree,
  type TensorsOf,
} from './parameters.ts';
export {
  activations,
  convolution,
  linear,
  mlp,
  sequential,
  stateless,
  type Activation,
  type ActivationName,
  type ConvolutionOptions,
  type LayerOptions,
  type LayerParameters,
  type MlpOptions,
  type Module,
} from './modules.ts';
export { gru, lstm, type Recurrent } from './recurrent.ts';
export { bernoulli, type Bernoulli } from './distributions/bernoulli.ts';
export { multiCategorical, type MultiCategorical } from './distributions/categorical.ts';
export type { Distribution, Noise } from './distributions/distribution.ts';
export {
  diagonalGaussian,
  squashedGaussian,
  type DiagonalGaussian,
  type SquashedGaussian,
} from './distributions/gaussian.ts';
