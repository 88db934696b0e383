/** PPO sees images. */
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { box, discrete, vectorize, type Environment } from '@ascent-rl/environments';
import { ppo, type PpoOptions } from './index.ts';

/** An image whose left or right half is white; 1 is paid for naming the half. */
function whiteHalf(): Environment {
  let draws = 0;
  let half = 0;
  const ask = () => {
    draws = (draws * 1_103_515_245 + 12_345) % 2 ** 31;
    half = draws > 2 ** 30 ? 1 : 0;
    return Uint8Array.from({ length: 400 }, (_, i) => (i % 20 < 10 === (half === 0) ? 255 : 0));
  };
  return {
    observationSpace: box({ low: 0, high: 255, shape: [1, 20, 20], dtype: 'uint8' }),
    actionSpace: discrete(2),
    reset({ seed } = {}) {
      if (seed !== undefined) draws = seed;
      return { observation: ask(), info: {} };
    },
    step(action) {
      const reward = action === half ? 1 : 0;
      return { observation: ask(), reward, terminated: true, truncated: false, info: {} };
    },
  };
}

test.each([true, false])('learns what an image shows, with shared networks: %s', async (sharedNetwork) => {
  const backend = await wasmBackend();
  const environment = vectorize(whiteHalf, 8);
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
  const learner = await ppo({ environment, backend, config, seed: 1 });
  let mean = 0;
  for await (const { metrics } of learner.train()) mean = metrics['rollout/ep_rew_mean']!;
  expect(mean).toBeGreaterThan(0.95);
  await backend.close();
});
