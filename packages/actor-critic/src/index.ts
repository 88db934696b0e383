/**
 * Actor-critic methods: online actor-critic and A2C.
 *
 * @module
 */
export * from './a2c.ts';
export * from './a2c-config.ts';
export * from './online-actor-critic.ts';
export * from './online-actor-critic-config.ts';
