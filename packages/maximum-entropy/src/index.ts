/**
 * Maximum-entropy methods: soft actor-critic, for real and for discrete actions.
 *
 * @module
 */
export * from './sac.ts';
export * from './sac-config.ts';
export * from './sac-losses.ts';
export * from './squashed-policy.ts';
