/**
 * Trust-region methods: proximal policy optimisation.
 *
 * @module
 */
export * from './ppo.ts';
export * from './ppo-config.ts';
