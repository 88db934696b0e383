/** PPO sees images. */
import { discrete } from '@ascent-rl/environments';
import { testImages } from '../../training/fixtures/learner-suite.ts';
import { ppo, type PpoOptions } from './index.ts';

describe.each([true, false])('with shared networks: %s', (sharedNetwork) => {
  const config: PpoOptions = {
    steps: 2048,
    rolloutSteps: 16,
    batchSize: 64,
    epochs: 4,
    learningRate: 1e-3,
    sharedNetwork,
    hiddenSizes: [],
    imageNetwork: 'small',
  };
  testImages({ start: ppo, environments: 8 }, discrete(2), [[0], [1]], config);
});
