/**
 * `npm run bench:tfjs-memory`: what TensorFlow.js holds while each algorithm trains for 10,000 environment steps on its
 * wasm engine. Prints tensors and data after a tenth and at the end, and fails where they differ.
 */
import { parseArgs } from 'node:util';
import { AscentError } from '@ascent-rl/core/errors';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import * as tf from '@tensorflow/tfjs-core';
import { algorithms, loadBackend } from '../../apps/cli/src/registry.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '10000' },
    algorithm: { type: 'string', default: Object.keys(algorithms).join() },
  },
});
const steps = Number(values.steps);
const sizes: Readonly<Record<string, unknown>> = {
  steps,
  environments: 4,
  rolloutSteps: 16,
  learningStarts: 64,
  batchSize: 16,
  epochs: 2,
  episodesPerUpdate: 4,
  hiddenSizes: [8, 8],
};

const rows = [];
for (const name of values.algorithm.split(',').filter((name) => name !== 'a3c')) {
  for (const id of ['CartPole-v1', 'Pendulum-v1']) {
    try {
      rows.push({ name, id, ...(await course(name, id)) });
    } catch (error) {
      if (!(error instanceof AscentError)) throw error; // it has other actions
    }
  }
}
console.table(rows);
const trained = new Set(rows.map(({ name }) => name));
const left = values.algorithm.split(',').filter((name) => !trained.has(name));
if (left.length > 0) console.log(`left out: ${left.join(', ')}`);
if (rows.some(({ early, late }) => early !== late)) process.exitCode = 1;

async function course(name: string, id: string): Promise<{ early: string; late: string }> {
  const { schema, learner: start } = algorithms[name]!;
  const config = Object.fromEntries(Object.entries(sizes).filter(([field]) => field in schema.shape));
  const backend = await loadBackend('tfjs:wasm');
  const environment = makeVectorEnvironment(id, { count: 'environments' in schema.shape ? 4 : 1 });
  const learner = await start({ environment, backend, config, seed: 0 });
  let early = '';
  for await (const { step } of learner.train()) if (early === '' && step >= steps / 10) early = held();
  const late = held();
  learner.dispose();
  environment.close();
  await backend.close();
  return { early, late };
}

function held(): string {
  const { numTensors, numDataBuffers } = tf.memory();
  return `${numTensors} tensors, ${numDataBuffers} buffers, ${tf.engine().findBackend('wasm').numDataIds()} data`;
}
