/** The gradient step of soft actor-critic as a program. Shapes: B rows in a batch. */
import { gradient, simplify, trace, type Program, type Tensor } from '@ascent-rl/core';
import { adam, movingAverage } from '@ascent-rl/core/optim';
import { mapValues, replayShapes, scalarMeans } from '@ascent-rl/training';
import type { SacConfig } from './sac-config.ts';
import { softActorLoss, softCriticLoss, softTarget, temperatureLoss } from './sac-losses.ts';
import type { SacModel } from './sac-model.ts';

/** What gradient steps report. */
export const sacMeans = scalarMeans(['criticLoss', 'actorLoss', 'temperatureLoss', 'entropy', 'temperature']);

/** What a gradient step needs of a configuration. */
export type SacUpdateConfig = Pick<
  SacConfig,
  'batchSize' | 'averaging' | 'targetEntropy' | 'tuneTemperature' | 'adamEpsilon'
>;

/**
 * One gradient step of critics, actor and temperature on one batch, with Adam for each and the targets' Polyak average,
 * as a program. Each loss is differentiated by its own parameters only.
 */
export function sacUpdate(model: SacModel, config: SacUpdateConfig): Program {
  const { actor, criticLayout, noiseSize } = model;
  const { batchSize, averaging } = config;
  const optimizer = adam({ epsilon: config.adamEpsilon });
  const stateShapes = (size: number) => mapValues(optimizer.state(size), ({ shape }) => shape);
  const shapes = {
    actor: [actor.layout.size],
    critics: [criticLayout.size],
    targets: [criticLayout.size],
    logTemperature: [1],
    optimizer: {
      actor: stateShapes(actor.layout.size),
      critics: stateShapes(criticLayout.size),
      ...(config.tuneTemperature && { logTemperature: stateShapes(1) }),
    },
    sums: sacMeans.shape,
    batch: replayShapes(batchSize, actor),
    ...(noiseSize > 0 && { noise: [batchSize, noiseSize], nextNoise: [batchSize, noiseSize] }),
    learningRate: [],
  } as const;

  const program = trace((given) => {
    const { logTemperature, targets, learningRate, noise, nextNoise, optimizer: states } = given;
    const { observations, actions, nextObservations, ...returns } = given.batch;
    const temperature = logTemperature.squeeze(0).exp();
    const actorWeights = actor.layout.unpack(given.actor);
    const criticWeights = criticLayout.unpack(given.critics);
    const descend = (parameters: Tensor, slope: Tensor, state: typeof states.actor) =>
      optimizer.update({ parameters, gradient: slope, state, learningRate });

    const target = softTarget({
      ...returns,
      next: model.judge(actorWeights, criticLayout.unpack(targets), nextObservations, nextNoise),
      temperature,
    });
    const criticLoss = softCriticLoss(model.values(criticWeights, observations, actions), target);
    const criticSlope = criticLayout.pack(gradient(criticLoss, criticWeights));
    const fitted = descend(given.critics, criticSlope, states.critics);

    const fittedWeights = criticLayout.unpack(fitted.parameters);
    const judgement = model.judge(actorWeights, fittedWeights, observations, noise);
    const actorLoss = softActorLoss(judgement, temperature);
    const actorSlope = actor.layout.pack(gradient(actorLoss, actorWeights));
    const improved = descend(given.actor, actorSlope, states.actor);

    const targetEntropy = config.targetEntropy ?? model.targetEntropy(observations);
    const alphaLoss = temperatureLoss(logTemperature, judgement, targetEntropy).sum();
    const tuned =
      states.logTemperature &&
      descend(logTemperature, gradient(alphaLoss, logTemperature), states.logTemperature);

    return {
      actor: improved.parameters,
      critics: fitted.parameters,
      targets: movingAverage(targets, fitted.parameters, 1 - averaging),
      ...(tuned && { logTemperature: tuned.parameters }),
      optimizer: {
        actor: improved.state,
        critics: fitted.state,
        ...(tuned && { logTemperature: tuned.state }),
      },
      sums: sacMeans.add(given.sums, {
        criticLoss,
        actorLoss,
        temperatureLoss: alphaLoss,
        entropy: judgement.logProbability.mean().neg(),
        temperature,
      }),
    };
  }, shapes);
  return simplify(program);
}
