/**
 * What every algorithm stands on: rollouts, advantages, normalization, agents, evaluation, checkpoints.
 *
 * @module
 */
export * from './actor-critic.ts';
export * from './advantage.ts';
export * from './agent.ts';
export * from './checkpoint.ts';
export * from './compiled.ts';
export * from './config.ts';
export * from './environment-actions.ts';
export * from './evaluation.ts';
export * from './events.ts';
export * from './interaction.ts';
export * from './learner.ts';
export * from './learner-state.ts';
export * from './metrics.ts';
export * from './minibatches.ts';
export * from './noise.ts';
export * from './normalization.ts';
export * from './on-policy-learner.ts';
export * from './optimizer.ts';
export * from './policy-model.ts';
export * from './records.ts';
export * from './rollout.ts';
export * from './rollout-actor.ts';
export * from './rollout-collector.ts';
export * from './rollout-tables.ts';
export * from './scalar-means.ts';
export * from './statistics.ts';
