/**
 * What every algorithm stands on: rollouts, advantages, normalization, agents, evaluation, checkpoints.
 *
 * @module
 */
export type { ActionHeadOptions } from './action-head.ts';
export * from './action-units.ts';
export * from './actor-critic.ts';
export * from './advantage.ts';
export * from './agent.ts';
export * from './batch-normalization.ts';
export * from './checkpoint.ts';
export * from './compiled.ts';
export * from './config.ts';
export * from './dense-network.ts';
export * from './environment-actions.ts';
export * from './evaluation.ts';
export * from './events.ts';
export * from './exploration-noise.ts';
export * from './image-network.ts';
export * from './interaction.ts';
export * from './learner.ts';
export * from './learner-state.ts';
export * from './masked-choice.ts';
export * from './memory.ts';
export * from './metrics.ts';
export * from './minibatches.ts';
export * from './noise.ts';
export * from './normalization.ts';
export * from './off-policy-config.ts';
export * from './off-policy-learner.ts';
export * from './on-policy-learner.ts';
export * from './optimizer.ts';
export * from './policy.ts';
export * from './policy-actor.ts';
export * from './policy-model.ts';
export * from './prioritized-replay.ts';
export * from './records.ts';
export * from './replay-buffer.ts';
export * from './replay-places.ts';
export * from './rollout.ts';
export * from './rollout-actor.ts';
export * from './rollout-collector.ts';
export * from './rollout-tables.ts';
export * from './scalar-means.ts';
export * from './statistics.ts';
export * from './sum-tree.ts';
