/**
 * Trust-region methods: proximal policy optimisation (PPO) and trust region policy optimisation (TRPO).
 *
 * @module
 */
export * from './ppo.ts';
export * from './ppo-loss.ts';
export { ppoDivergence, ppoUpdate } from './ppo-update.ts';
export * from './ppo-config.ts';
export * from './trpo.ts';
export * from './trpo-config.ts';
export * from './natural-gradient.ts';
