/**
 * A gradient step of soft actor-critic on one batch from replay, as one program.
 * Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications", https://arxiv.org/abs/1812.05905
 *
 *   y = r + γ (1 − d) (min_i Q̄_i(s′, ã′) − α log π(ã′|s′))
 *   J_Q = ½ Σ_i E[(Q_i(s, a) − y)²]                          (eq. 5)
 *   J_π = E[α log π(ã|s) − min_i Q_i(s, ã)]                  (eq. 7), with the critics just updated
 *   J_α = −log α E[log π(ã|s) + H̄]                           (eq. 18, in log α)
 *
 * The twins are one network of rank-3 products. Each loss is differentiated by its own parameters only: no weight
 * gradient of a critic is computed for J_π, and none at all for y.
 *
 * Shapes: B rows, S numbers in an observation, A in an action.
 */
import { concat, gradient, minimumOf, relu, trace, type Program, type Tensor } from '@ascent-rl/core';
import {
  layout,
  linear,
  sequential,
  squashedGaussian,
  stateless,
  uniform,
  type Module,
  type SquashedGaussian,
} from '@ascent-rl/core/nn';
import { adam } from '@ascent-rl/core/optim';
import { mapValues } from '@ascent-rl/training';
import { normal, type Benchmark } from './benchmark.ts';

/** Sizes of the task and of the networks. */
export interface SacSizes {
  readonly observation: number;
  readonly action: number;
  readonly hidden: readonly number[];
}

/** Pendulum-v1 with two hidden layers of 256. */
export const pendulum: SacSizes = { observation: 3, action: 1, hidden: [256, 256] };

const discount = 0.99;
const averaging = 0.005; // τ, of the target critics

/** Dense layers with relu between; `networks` of them side by side turn [n, B, I] into [n, B, O]. */
function network(sizes: readonly number[], networks?: number): Module {
  const front = networks === undefined ? [] : [networks];
  const layers = sizes.slice(1).flatMap((outputs, i): Module[] => {
    const weight = uniform(1 / Math.sqrt(sizes[i]!));
    const { parameters, apply } = linear(sizes[i]!, outputs);
    const layer: Module = {
      parameters: {
        weight: { ...parameters.weight, shape: [...front, sizes[i]!, outputs], initialize: weight },
        bias: { shape: networks === undefined ? [outputs] : [networks, 1, outputs], initialize: weight },
      },
      apply: (tensors, x) => apply(tensors as never, x),
    };
    return i < sizes.length - 2 ? [layer, stateless(relu)] : [layer];
  });
  return sequential(layers);
}

/** Actor and twin critics, and where their parameters lie. */
export function sacNetworks({ observation, action, hidden }: SacSizes) {
  const actor = network([observation, ...hidden, 2 * action]);
  const critics = network([observation + action, ...hidden, 1], 2);
  const layouts = { actor: layout(actor.parameters), critics: layout(critics.parameters) };
  return {
    layouts,
    policy(weights: Tensors, s: Tensor): SquashedGaussian {
      const output = actor.apply(weights, s);
      return squashedGaussian(output.slice(1, 0, action), output.slice(1, action).clip(-20, 2));
    },
    /** Q₁ and Q₂, [2, B]. */
    values(weights: Tensors, s: Tensor, a: Tensor): Tensor {
      const x = concat([s, a], 1);
      return critics.apply(weights, x.broadcast([2, ...x.shape])).squeeze(2);
    },
  };
}
type Tensors = Parameters<Module['apply']>[0];

const lesser = (twins: Tensor) =>
  minimumOf([twins.slice(0, 0, 1).squeeze(0), twins.slice(0, 1, 2).squeeze(0)]);

/** The whole step: both losses, the temperature's, Adam for all three, and the targets' Polyak averages. */
export function sacUpdate(batch: number, sizes: SacSizes = pendulum): Program {
  const { layouts, policy, values } = sacNetworks(sizes);
  const optimizer = adam();
  const optimizerShapes = (size: number) => mapValues(optimizer.state(size), ({ shape }) => shape);
  const shapes = {
    actor: [layouts.actor.size],
    critics: [layouts.critics.size],
    targets: [layouts.critics.size],
    logTemperature: [1],
    optimizer: {
      actor: optimizerShapes(layouts.actor.size),
      critics: optimizerShapes(layouts.critics.size),
      logTemperature: optimizerShapes(1),
    },
    batch: {
      observations: [batch, sizes.observation],
      actions: [batch, sizes.action],
      rewards: [batch],
      nextObservations: [batch, sizes.observation],
      terminations: [batch],
    },
    noise: [batch, sizes.action],
    nextNoise: [batch, sizes.action],
    learningRate: [],
  } as const;

  return trace(({ actor, critics, targets, logTemperature, optimizer: state, learningRate, ...given }) => {
    const { observations, actions, rewards, nextObservations, terminations } = given.batch;
    const temperature = logTemperature.squeeze(0).exp();
    const actorWeights = layouts.actor.unpack(actor);
    const criticWeights = layouts.critics.unpack(critics);

    const next = policy(actorWeights, nextObservations).sampleWithLogProbability(given.nextNoise);
    const nextValue = lesser(values(layouts.critics.unpack(targets), nextObservations, next.action));
    const softValue = nextValue.sub(next.logProbability.mul(temperature));
    const target = rewards.add(terminations.neg().add(1).mul(softValue).mul(discount)).stopGradient();
    const criticLoss = values(criticWeights, observations, actions)
      .sub(target)
      .square()
      .mean(1)
      .sum()
      .mul(0.5);
    const criticsNext = optimizer.update({
      parameters: critics,
      gradient: layouts.critics.pack(gradient(criticLoss, criticWeights)),
      state: state.critics,
      learningRate,
    });

    const { action, logProbability } = policy(actorWeights, observations).sampleWithLogProbability(
      given.noise,
    );
    const value = lesser(values(layouts.critics.unpack(criticsNext.parameters), observations, action));
    const actorLoss = logProbability.mul(temperature).sub(value).mean();
    const actorNext = optimizer.update({
      parameters: actor,
      gradient: layouts.actor.pack(gradient(actorLoss, actorWeights)),
      state: state.actor,
      learningRate,
    });

    const excess = logProbability.mean().sub(sizes.action).stopGradient(); // the target entropy H̄ is −A
    const temperatureLoss = logTemperature.mul(excess).sum().neg();
    const temperatureNext = optimizer.update({
      parameters: logTemperature,
      gradient: gradient(temperatureLoss, logTemperature),
      state: state.logTemperature,
      learningRate,
    });

    return {
      actor: actorNext.parameters,
      critics: criticsNext.parameters,
      targets: targets.mul(1 - averaging).add(criticsNext.parameters.mul(averaging)),
      logTemperature: temperatureNext.parameters,
      optimizer: {
        actor: actorNext.state,
        critics: criticsNext.state,
        logTemperature: temperatureNext.state,
      },
      losses: { critic: criticLoss, actor: actorLoss, temperature: temperatureLoss },
    };
  }, shapes);
}

/** The step at batch 256. */
export const sac: Benchmark = {
  name: 'sac-256x256',
  description: 'SAC gradient step at batch 256: twin critics, targets and actor of two 256-wide layers',
  program: () => sacUpdate(256),
  inputs(random) {
    const { layouts } = sacNetworks(pendulum);
    const critics = layouts.critics.initialize(random);
    return {
      actor: layouts.actor.initialize(random),
      critics,
      targets: critics,
      'batch.observations': normal(random, 256 * 3),
      'batch.actions': normal(random, 256).map(Math.tanh),
      'batch.rewards': normal(random, 256),
      'batch.nextObservations': normal(random, 256 * 3),
      noise: normal(random, 256),
      nextNoise: normal(random, 256),
    };
  },
};
