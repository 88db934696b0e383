/**
 * `npm run bench:deployment`: what each engine that runs here costs where a policy is deployed. The programs of PPO on
 * CartPole-v1 with two 64-wide layers, timed in turns: one minibatch of 64 learned from, one observation acted on.
 * Writes docs/benchmarks/deployment.json.
 */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { autoBackend, type Choice } from '@ascent-rl/core/auto';
import type { Backend } from '@ascent-rl/core';
import { BackendError } from '@ascent-rl/core/errors';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { ppo } from '@ascent-rl/trust-region';
import { backends, loadBackend } from '../../apps/cli/src/registry.ts';
import type { DeploymentRecord } from './deployment-report.ts';

parseArgs({ options: {} }); // refuses any

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the engines of a backend install beside Ascent itself. */
const packages: Readonly<Record<string, readonly string[]>> = {
  wasm: [],
  'onnx:node': ['onnxruntime-node', 'onnxruntime-common'],
  'onnx:web': ['onnxruntime-web', 'onnxruntime-common'],
  'tfjs:wasm': ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'],
  'tfjs:cpu': ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'],
  gpu: ['gpu.js'],
};

const names = Object.entries(backends).flatMap(([name, { engines }]) =>
  engines ? Object.keys(engines).map((engine) => `${name}:${engine}`) : [name],
);
const candidates: Backend[] = [];
for (const name of names) {
  try {
    candidates.push({ ...(await loadBackend(name)), name });
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
  }
}

const backend = autoBackend({ candidates, now: () => performance.now() });
const environment = makeVectorEnvironment('CartPole-v1', { count: 1 });
const config = { hiddenSizes: [64, 64], rolloutSteps: 256, batchSize: 64 };
/** What others do to the machine passes; the fastest of several measurements remains. */
const repeats = 5;
for (let repeat = 0; repeat < repeats; repeat++) (await ppo({ environment, backend, config })).dispose();
const perLearner = backend.choices.length / repeats;
const fastest = (purpose: Choice['purpose'], name: string): number => {
  const at = backend.choices.findIndex((choice) => choice.purpose === purpose);
  const times = backend.choices.filter((_, i) => i % perLearner === at).map((choice) => choice.times[name]);
  return Number(Math.min(...times.map(Number)).toPrecision(3));
};
const engines = candidates.map(({ name, capabilities: { engine } }) => ({
  name,
  engine,
  learning: fastest('learning', name),
  acting: fastest('acting', name),
  megabytes: sizeOf(packages[name] ?? packages[name.split(':', 1)[0]!] ?? []),
}));
await backend.close();
console.table(engines);
const record: DeploymentRecord = {
  command: 'npm run bench:deployment',
  date: new Date().toISOString().slice(0, 10),
  machine: {
    cpu: cpus()[0]!.model,
    cores: cpus().length,
    load: Number(loadavg()[0]!.toFixed(1)),
    node: process.version,
  },
  engines,
};
writeFileSync(join(root, 'docs/benchmarks/deployment.json'), `${JSON.stringify(record, null, 2)}\n`);

/** Megabytes on disk of installed packages. */
function sizeOf(names: readonly string[]): number {
  const files = names.flatMap((name) => {
    const folder = join(root, 'node_modules', name);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file));
  });
  const bytes = files.map((file) => statSync(file)).filter((facts) => facts.isFile());
  return Math.round(bytes.reduce((sum, { size }) => sum + size, 0) / 1e6);
}
