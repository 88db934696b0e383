/**
 * Monte Carlo policy gradients: REINFORCE, every step of the story an option.
 *
 * @module
 */
export * from './episodes.ts';
export * from './gradient-sampler.ts';
export * from './judgement.ts';
export * from './reinforce.ts';
export * from './reinforce-config.ts';
