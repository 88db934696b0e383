/**
 * Value-based methods: DQN, the yardstick of policy gradients.
 *
 * @module
 */
export * from './dqn.ts';
export * from './dqn-config.ts';
export * from './dqn-loss.ts';
export * from './q-network.ts';
