/**
 * Actor-critic methods: online actor-critic and advantage actor-critic.
 *
 * @module
 */
export * from './a2c.ts';
export * from './a2c-config.ts';
export * from './online-actor-critic.ts';
export * from './online-actor-critic-config.ts';
