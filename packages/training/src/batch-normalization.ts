/**
 * Batch normalization (Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167), as networks of DDPG have it (Lillicrap
 * et al. 2016, section 3): in a gradient step by the batch's own statistics, elsewhere by their running averages.
 *
 * Shapes: B rows, K numbers each; a leading axis for networks side by side.
 */
import { constant, where, type Tensor } from '@ascent-rl/core';
import {
  constantInitializer,
  sequential,
  zeros,
  type Layout,
  type Module,
  type ParameterTree,
  type TensorsOf,
} from '@ascent-rl/core/nn';
import { movingAverage } from '@ascent-rl/core/optim';

type Tensors = TensorsOf<ParameterTree>;

/** A network's value in a gradient step. */
export interface TrainingPass {
  readonly output: Tensor;
  /** The parameters with running statistics moved towards those of the batch. */
  readonly parameters: Tensors;
}

/** A module that knows gradient steps from other uses. */
export interface TrainableModule extends Module {
  /** The value by the batch's own statistics. */
  train(parameters: Tensors, input: Tensor): TrainingPass;
}

/** Share of the past in running statistics. */
const decay = 0.99;
const epsilon = 1e-5;

/** y = scale (x − mean) / √(variance + ε) + shift, each of K numbers by itself: [B, K] → [B, K]. */
export function batchNormalization(size: number): TrainableModule {
  const ones = constantInitializer(1);
  const parameter = (initialize: typeof zeros) => ({ shape: [size], initialize });
  const normalized = (parameters: Tensors, x: Tensor, mean: Tensor, variance: Tensor) => {
    const { scale, shift } = parameters as Record<string, Tensor>;
    return x.sub(mean).div(variance.add(epsilon).sqrt()).mul(scale!).add(shift!);
  };
  return {
    parameters: {
      scale: parameter(ones),
      shift: parameter(zeros),
      statistics: { mean: parameter(zeros), variance: parameter(ones) },
    },
    apply(parameters, x) {
      const { mean, variance } = parameters['statistics'] as Record<string, Tensor>;
      return normalized(parameters, x, mean!, variance!);
    },
    train(parameters, x) {
      const over = { keepAxes: true };
      const [mean, variance] = [x.mean(-2, over), x.variance(-2, over)];
      const running = parameters['statistics'] as Record<string, Tensor>;
      const moved = (old: Tensor, seen: Tensor) => movingAverage(old, seen.reshape(old.shape), decay);
      return {
        output: normalized(parameters, x, mean, variance),
        parameters: {
          ...parameters,
          statistics: {
            mean: moved(running['mean']!, mean),
            variance: moved(running['variance']!, variance),
          },
        },
      };
    },
  };
}

/** One module after the other, as {@link sequential} names them; modules without statistics may stand between. */
export function trainableSequence(modules: readonly (Module | TrainableModule)[]): TrainableModule {
  return {
    ...sequential(modules),
    train(parameters, input) {
      let output = input;
      const moved: Record<string, Tensors> = { ...(parameters as Record<string, Tensors>) };
      modules.forEach((module, i) => {
        const own = moved[i] ?? {};
        if (!('train' in module)) output = module.apply(own, output);
        else ({ output, parameters: moved[i] } = module.train(own, output));
      });
      return { output, parameters: moved };
    },
  };
}

/** `stepped` [P], what an optimizer made of the parameters, with the running statistics of `pass`. */
export function withStatistics(layout: Layout, stepped: Tensor, pass: Tensors): Tensor {
  const isStatistic = new Float32Array(layout.size);
  layout.entries.forEach(({ name, offset }, i) => {
    if (/\bstatistics\b/.test(name))
      isStatistic.fill(1, offset, layout.entries[i + 1]?.offset ?? layout.size);
  });
  if (!isStatistic.includes(1)) return stepped;
  return where(constant(isStatistic), layout.pack(pass), stepped);
}
