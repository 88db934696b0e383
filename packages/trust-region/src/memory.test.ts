/** PPO leaks nothing: 2,000 updates of a leak of one set of parameters (36 kB) would be 70 MB. */
import { testMemory } from '../../training/fixtures/learner-suite.ts';
import { ppo } from './index.ts';

testMemory(
  { start: ppo, environments: 4 },
  { rolloutSteps: 4, batchSize: 16, epochs: 4, hiddenSizes: [64, 64], steps: 16 * 600 },
);
