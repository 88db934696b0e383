/**
 * `npm run results:entropy`: SAC on Pendulum-v1 with three target entropies: where the entropy of the policy goes, and α
 * with it. Stores docs/algorithms/sac-entropy.json; `npm run docs:tables` draws the plot from it.
 */
import { writeFileSync } from 'node:fs';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { sac } from '@ascent-rl/maximum-entropy';
import { format, resolveConfig } from 'prettier';
import type { EntropyRecord } from './entropy-plot.ts';

const backend = await wasmBackend();
const runs: EntropyRecord['runs'][number][] = [];
for (const targetEntropy of [0.5, -1, -2.5]) {
  const learner = await sac({
    environment: makeVectorEnvironment('Pendulum-v1', { count: 1 }),
    backend,
    config: { targetEntropy, hiddenSizes: [64, 64], steps: 8000, stepsPerIteration: 200, learningRate: 1e-3 },
    seed: 1,
  });
  const moments: EntropyRecord['runs'][number]['moments'][number][] = [];
  for await (const { step, metrics } of learner.train()) {
    const [loss, temperature] = [metrics['train/entropy_loss'], metrics['train/ent_coef']];
    if (loss === undefined || temperature === undefined) continue;
    moments.push({
      step,
      entropy: Number((-loss).toFixed(3)),
      temperature: Number(temperature.toPrecision(3)),
    });
  }
  learner.dispose();
  runs.push({ targetEntropy, moments });
}
await backend.close();

const file = new URL('../../docs/algorithms/sac-entropy.json', import.meta.url);
const record: EntropyRecord = { command: 'npm run results:entropy', runs };
writeFileSync(file, await format(JSON.stringify(record), { ...(await resolveConfig(file)), parser: 'json' }));
