/**
 * Maximum-entropy methods: soft actor-critic, for real and for discrete actions.
 *
 * @module
 */
export * from './discrete-sac.ts';
export * from './sac.ts';
export * from './sac-config.ts';
export * from './sac-losses.ts';
export * from './sac-model.ts';
export * from './sac-update.ts';
export * from './squashed-policy.ts';
