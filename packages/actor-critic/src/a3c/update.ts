/** What A3C's learner and its worker threads have in common: the gradient of a rollout, and what is sent about. */
import { gradient, simplify, trace, type Program } from '@ascent-rl/core';
import { clipByGlobalNorm } from '@ascent-rl/core/optim';
import {
  meanDeviation,
  rolloutShapes,
  scalarMeans,
  type ActorCritic,
  type Episode,
  type WorldReference,
} from '@ascent-rl/training';
import { a2cLoss } from '../a2c.ts';
import type { A3cConfig } from './config.ts';

/** Means over updates of what a worker reports. */
export const a3cMeans = scalarMeans(['loss', 'policyLoss', 'valueLoss', 'entropy', 'standardDeviation']);

/** What a worker is started with. */
export interface A3cTask {
  readonly module: WorldReference;
  readonly config: A3cConfig;
  /** The shared model. */
  readonly buffer: SharedArrayBuffer;
  readonly seed: number;
  /** Which of the workers it is, from 0. */
  readonly index: number;
}

/** What a worker tells of its updates since the last report. */
export interface A3cReport {
  readonly updates: number;
  /** NaN where there was no update. */
  readonly mean: Readonly<
    Record<'loss' | 'policyLoss' | 'valueLoss' | 'entropy' | 'standardDeviation', number>
  >;
  readonly episodes: readonly Episode[];
}

/** The gradient [P] of A2C's loss on a rollout, clipped by its norm, as a program. */
export function a3cGradient(model: ActorCritic, config: A3cConfig, rows: number): Program {
  const { layout } = model;
  const { observations, actions, advantages, valueTargets } = rolloutShapes(model, rows);
  const shapes = {
    parameters: [layout.size],
    sums: a3cMeans.shape,
    rollout: { observations, actions, advantages, valueTargets },
  } as const;
  const program = trace(({ parameters, sums, rollout }) => {
    const weights = layout.unpack(parameters);
    const { policy, value } = model.apply(weights, rollout.observations);
    const terms = a2cLoss(policy, value, rollout, { ...config, normalizeAdvantage: false });
    const slope = clipByGlobalNorm(layout.pack(gradient(terms.loss, weights)), config.maxGradientNorm);
    return {
      gradient: slope.gradient,
      sums: a3cMeans.add(sums, { ...terms, standardDeviation: meanDeviation(model, policy) }),
    };
  }, shapes);
  return simplify(program);
}
