/**
 * The programs of PPO: a gradient step on a minibatch, and how far the policy has moved.
 *
 * Shapes: R rows in a rollout of N environments, B in a minibatch, E environments in a minibatch of sequences, H numbers
 * in the state of a memory, P parameters.
 */
import { gradient, simplify, trace, where, type Program, type Shape, type Tensor } from '@ascent-rl/core';
import { adam, clipByGlobalNorm } from '@ascent-rl/core/optim';
import { mapValues, meanDeviation, rolloutShapes, scalarMeans, type ActorCritic } from '@ascent-rl/training';
import type { PpoConfig } from './ppo-config.ts';
import { ppoLoss } from './ppo-loss.ts';

/** Means over the minibatches of a rollout. */
export const ppoMeans = scalarMeans([
  'loss',
  'policyLoss',
  'valueLoss',
  'entropy',
  'approximateKl',
  'clipFraction',
  'standardDeviation',
]);

/** The mean divergence over the minibatches of a rollout. */
export const divergenceMeans = scalarMeans(['divergence']);

type Shapes = Readonly<Record<string, Shape>>;

/** What a memory adds to a minibatch: its states at the rollout's start [N, H], and which environments take part [E]. */
function sequenceShapes({ memory }: ActorCritic, config: PpoConfig, rows: number): Shapes {
  if (!memory) return {};
  return {
    states: [rows / config.rolloutSteps, memory.size],
    environments: [config.batchSize / config.rolloutSteps],
  };
}

/** The memory's states at the start of a minibatch of sequences. */
function statesOf(sequence: Record<string, Tensor>): Tensor | undefined {
  return sequence['states']?.gather(sequence['environments']!);
}

/**
 * One gradient step on one minibatch, as a program: gather the rows of `index` from the rollout, differentiate the
 * loss, clip, step Adam. Parameters, optimiser state and the sums of what is reported are updated in place. A memory is
 * run through the rollout anew, from its states at the start.
 *
 * With a target KL, `active` falls from 1 to 0 at the first minibatch whose divergence is too large, and from then on
 * nothing changes.
 */
export function ppoUpdate(model: ActorCritic, config: PpoConfig, rows: number): Program {
  const { layout } = model;
  const optimizer = adam({ epsilon: config.adamEpsilon });
  const stopAt = config.targetKl === null ? Infinity : 1.5 * config.targetKl;
  const isClipped = config.objective === 'clip';
  const restraintShapes: Shapes = isClipped
    ? { clipRange: [] }
    : { oldParameters: [layout.size], klWeight: [] };
  const shapes = {
    parameters: [layout.size],
    optimizer: mapValues(optimizer.state(layout.size), ({ shape }) => shape),
    sums: ppoMeans.shape,
    active: [],
    rollout: rolloutShapes(model, rows),
    sequence: sequenceShapes(model, config, rows),
    index: [config.batchSize],
    learningRate: [],
    restraint: restraintShapes,
  } as const;

  const program = trace(
    ({ parameters, optimizer: state, sums, active, rollout, sequence, index, learningRate, restraint }) => {
      const { observations, ...batch } = mapValues(rollout, (table) => table.gather(index));
      const weights = layout.unpack(parameters);
      const states = statesOf(sequence);
      const { policy, value } = model.apply(weights, observations, states);
      const { clipRange, oldParameters, klWeight } = restraint;
      const limit = oldParameters
        ? { oldPolicy: model.policy(layout.unpack(oldParameters), observations, states), klWeight: klWeight! }
        : { clipRange: clipRange! };
      const terms = {
        ...ppoLoss(policy, value, batch, limit, config),
        standardDeviation: meanDeviation(model, policy),
      };
      const gradients = layout.pack(gradient(terms.loss, weights));
      const clipped = clipByGlobalNorm(gradients, config.maxGradientNorm);
      const next = optimizer.update({ parameters, gradient: clipped.gradient, state, learningRate });

      const goesOn = stopAt === Infinity ? active : active.mul(terms.approximateKl.less(stopAt));
      const keep = (updated: Tensor, old: Tensor) =>
        stopAt === Infinity ? updated : where(goesOn, updated, old);
      const added = ppoMeans.add(sums, terms);
      return {
        parameters: keep(next.parameters, parameters),
        optimizer: mapValues(next.state, (updated, name) => keep(updated, state[name])),
        sums: stopAt === Infinity ? added : where(active, added, sums),
        active: goesOn,
      };
    },
    shapes,
  );
  return simplify(program);
}

/** Adds the mean of KL(π_old ‖ π) over a minibatch to `divergences`, as a program. */
export function ppoDivergence(model: ActorCritic, config: PpoConfig, rows: number): Program {
  const { layout } = model;
  const { observations } = rolloutShapes(model, rows);
  const program = trace(
    ({ parameters, rollout, sequence, index, divergences, restraint }) => {
      const seen = rollout.observations.gather(index);
      const [policy, old] = [parameters, restraint.oldParameters].map((theta) =>
        model.policy(layout.unpack(theta), seen, statesOf(sequence)),
      );
      return { divergences: divergenceMeans.add(divergences, { divergence: old!.kl(policy!).mean() }) };
    },
    {
      parameters: [layout.size],
      rollout: { observations },
      sequence: sequenceShapes(model, config, rows),
      index: [config.batchSize],
      divergences: divergenceMeans.shape,
      restraint: { oldParameters: [layout.size] },
    },
  );
  return simplify(program);
}
