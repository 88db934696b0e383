/** Rollouts, returns, training loops, evaluation, checkpoints and run folders. */

export * from './advantage.ts';
export * from './checkpoint.ts';
export * from './metrics.ts';
export * from './minibatches.ts';
export * from './normalization.ts';
export * from './rollout.ts';
export * from './statistics.ts';
