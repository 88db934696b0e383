/** Tuned options of PPO by environment: those of rl-zoo3 where nothing else is said. */
import type { PpoOptions } from './ppo.ts';

/** Tuned options by environment. */
export const ppoPresets: Readonly<Record<string, PpoOptions>> = {
  'CartPole-v1': {
    steps: 100_000,
    environments: 8,
    rolloutSteps: 32,
    batchSize: 256,
    epochs: 20,
    discount: 0.98,
    lambda: 0.8,
    learningRate: 1e-3,
    learningRateSchedule: 'linear',
    clipRangeSchedule: 'linear',
  },
  // rl-zoo3 explores with gSDE here; the same values with independent noise.
  'Pendulum-v1': {
    steps: 100_000,
    environments: 4,
    rolloutSteps: 1024,
    epochs: 10,
    discount: 0.9,
    lambda: 0.95,
    learningRate: 1e-3,
  },
};
