/** Nothing leaks, in an algorithm as it is trained. */
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { ppo } from '@ascent-rl/trust-region';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend } from './index.ts';

/** What TensorFlow.js counts, and the size of the wasm engine's memory. */
function memory(): object {
  const engine = tf.engine().findBackend('wasm') as unknown as {
    numDataIds(): number;
    readonly wasm: { readonly HEAPU8: Uint8Array };
  };
  const { numTensors, numDataBuffers } = tf.memory();
  return { numTensors, numDataBuffers, data: engine.numDataIds(), heap: engine.wasm.HEAPU8.length };
}

test('memory is flat over 10,000 updates', async () => {
  const backend = await tfjsBackend({ engine: 'wasm' });
  const environment = makeVectorEnvironment('CartPole-v1', { count: 4 });
  const config = { rolloutSteps: 4, batchSize: 8, epochs: 10, hiddenSizes: [8], steps: 16 * 510 };
  const learner = await ppo({ environment, backend, config });
  let before = {};
  for await (const { iteration } of learner.train()) if (iteration === 10) before = memory();
  expect(memory()).toEqual(before);
  learner.dispose();
  await backend.close();
}, 600_000);
