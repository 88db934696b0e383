/**
 * The gradient step that DPG, DDPG and TD3 have in common, as a program.
 *
 * Shapes: B rows in a batch, A numbers in an action.
 */
import { gradient, simplify, trace, type Program, type Tensor } from '@ascent-rl/core';
import type { Layout } from '@ascent-rl/core/nn';
import { adam, movingAverage } from '@ascent-rl/core/optim';
import { mapValues, replayShapes, scalarMeans, withStatistics } from '@ascent-rl/training';
import {
  actorLoss,
  criticLoss,
  smoothedAction,
  valueTarget,
  type TargetSmoothing,
} from './deterministic-losses.ts';
import type { DeterministicModel } from './deterministic-model.ts';

/** What a gradient step needs of a configuration. */
export interface DeterministicUpdateConfig extends TargetSmoothing {
  readonly batchSize: number;
  /** τ; 1 means no target networks. */
  readonly averaging: number;
  readonly adamEpsilon: number;
  /** c of the penalty ½ c ‖w‖² on the parameters of the critics. */
  readonly criticDecay: number;
}

/** What steps of the critics report. */
export const criticMeans = scalarMeans(['criticLoss']);
/** What steps of the actor report. */
export const actorMeans = scalarMeans(['actorLoss']);

/**
 * One step of the critics on one batch and, with `improvesActor`, of the actor by the critics just fitted, and of the
 * Polyak averages, which take running statistics over as they are. Each loss is differentiated by its own parameters only.
 */
export function deterministicUpdate(
  { actor, trainActor, critics, criticLayout }: DeterministicModel,
  config: DeterministicUpdateConfig,
  improvesActor: boolean,
): Program {
  const { batchSize, averaging, criticDecay, targetNoise } = config;
  const optimizer = adam({ epsilon: config.adamEpsilon });
  const stateShapes = (size: number) => mapValues(optimizer.state(size), ({ shape }) => shape);
  const hasTargets = averaging < 1;
  const shapes = {
    actor: [actor.layout.size],
    critics: [criticLayout.size],
    ...(hasTargets && { targetActor: [actor.layout.size], targetCritics: [criticLayout.size] }),
    optimizer: {
      ...(improvesActor && { actor: stateShapes(actor.layout.size) }),
      critics: stateShapes(criticLayout.size),
    },
    sums: { ...(improvesActor && { actor: actorMeans.shape }), critics: criticMeans.shape },
    batch: replayShapes(batchSize, actor),
    ...(targetNoise > 0 && { nextNoise: [batchSize, actor.actionSize] }),
    learningRate: { ...(improvesActor && { actor: [] }), critics: [] },
  } as const;

  const program = trace((given) => {
    const { observations, actions, nextObservations, ...returns } = given.batch;
    const { targetActor = given.actor, targetCritics = given.critics } = given;
    const actorWeights = actor.layout.unpack(given.actor);
    const criticWeights = criticLayout.unpack(given.critics);

    const next = actor.policy(actor.layout.unpack(targetActor), nextObservations).action;
    const nextAction = given.nextNoise ? smoothedAction(next, given.nextNoise, config) : next;
    const target = valueTarget({
      ...returns,
      nextValues: critics.values(criticLayout.unpack(targetCritics), nextObservations, nextAction),
    });
    const judged = critics.train(criticWeights, observations, actions);
    const loss = criticLoss(judged.values, target);
    const slope = criticLayout.pack(gradient(loss, criticWeights));
    const fitted = optimizer.update({
      parameters: given.critics,
      gradient: criticDecay === 0 ? slope : slope.add(given.critics.mul(criticDecay)),
      state: given.optimizer.critics,
      learningRate: given.learningRate.critics,
    });
    const fittedCritics = withStatistics(criticLayout, fitted.parameters, judged.parameters);
    const criticOutputs = {
      critics: fittedCritics,
      optimizer: { critics: fitted.state },
      sums: { critics: criticMeans.add(given.sums.critics, { criticLoss: loss }) },
    };
    const { optimizer: states, sums, learningRate } = given;
    if (!states.actor || !sums.actor || !learningRate.actor) return criticOutputs;

    const chosen = trainActor(actorWeights, observations);
    const values = critics.firstValue(criticLayout.unpack(fittedCritics), observations, chosen.action);
    const regret = actorLoss(values);
    const improved = optimizer.update({
      parameters: given.actor,
      gradient: actor.layout.pack(gradient(regret, actorWeights)),
      state: states.actor,
      learningRate: learningRate.actor,
    });
    const improvedActor = withStatistics(actor.layout, improved.parameters, chosen.parameters);
    /** Running statistics are averages already: targets take them over. */
    const averaged = (layout: Layout, old: Tensor, updated: Tensor) =>
      withStatistics(layout, movingAverage(old, updated, 1 - averaging), layout.unpack(updated));
    return {
      ...criticOutputs,
      actor: improvedActor,
      ...(hasTargets && {
        targetActor: averaged(actor.layout, targetActor, improvedActor),
        targetCritics: averaged(criticLayout, targetCritics, fittedCritics),
      }),
      optimizer: { ...criticOutputs.optimizer, actor: improved.state },
      sums: { ...criticOutputs.sums, actor: actorMeans.add(sums.actor, { actorLoss: regret }) },
    };
  }, shapes);
  return simplify(program);
}
