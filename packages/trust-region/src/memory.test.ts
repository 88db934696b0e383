/** Nothing leaks: the heap after 2,000 updates is what it was after the first ones. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { ppo } from './index.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory after garbage collection; the engine frees its arrays in a later turn of the event loop. */
async function memoryInUse(): Promise<{ heap: number; resident: number }> {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await new Promise(setImmediate);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}

test('memory is flat over 2,000 updates on ONNX Runtime', async () => {
  const backend = await onnxBackend();
  const environment = makeVectorEnvironment('CartPole-v1', { count: 4 });
  const config = { rolloutSteps: 4, batchSize: 16, epochs: 4, hiddenSizes: [64, 64], steps: 16 * 600 };
  const learner = await ppo({ environment, backend, config });
  let before = await memoryInUse();
  for await (const { iteration } of learner.train()) if (iteration === 100) before = await memoryInUse();
  const after = await memoryInUse();
  const megabyte = 2 ** 20;
  // 2,000 updates of a leak of one set of parameters (36 kB) would be 70 MB.
  expect(after.heap - before.heap).toBeLessThan(2 * megabyte);
  expect(after.resident - before.resident).toBeLessThan(24 * megabyte);
  await backend.close();
});
