/**
 * Deterministic policy gradients: DPG, DDPG and TD3.
 *
 * @module
 */
export * from './ddpg.ts';
export * from './deterministic-config.ts';
export * from './deterministic-losses.ts';
export * from './deterministic-model.ts';
export * from './deterministic-update.ts';
export * from './dpg.ts';
export * from './td3.ts';
