/**
 * `npm run bench:tfjs-step`: one PPO training step on the wasm engine of TensorFlow.js, three ways in turn in one process:
 * compiled by us, as calls of the same kernels written by hand, and as users write it, with `variableGrads`. All start
 * from the same numbers, and their results are compared first.
 *
 * Prints medians in µs and ratios for batches 64, 256 and 1024; `--out file.json` writes them with the machine.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { tfjsBackend } from '@ascent-rl/backend-tfjs';
import { generator } from '@ascent-rl/core/random';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { actorCritic, compileProgram, parseConfig } from '@ascent-rl/training';
import { ppoSchema, ppoUpdate } from '@ascent-rl/trust-region';
import { eagerPpo } from './eager-tfjs-ppo.ts';
import { handMadeTfjsPpo } from './hand-made-tfjs-ppo.ts';
import { registerGradients } from './tfjs-gradients.ts';
import type { PpoStepData } from './tfjs-ppo-data.ts';

const { values } = parseArgs({
  options: { out: { type: 'string' }, rounds: { type: 'string', default: '100' } },
});
const learningRate = 3e-4;
const epsilon = 1e-5;
const backend = await tfjsBackend({ engine: 'wasm' });
await registerGradients();

async function measure(batch: number) {
  const random = generator(1);
  const normal = (size: number, scale = 1) =>
    Float32Array.from({ length: size }, () => scale * random.standardNormal());
  const config = parseConfig(ppoSchema, { batchSize: batch, learningRate, adamEpsilon: epsilon }, 'bench');
  const model = actorCritic(makeVectorEnvironment('CartPole-v1', { count: 1 }), config);
  const network = (outputs: number) => [[4, 64], [64], [64, 64], [64], [64, outputs], [outputs]];
  const data: PpoStepData = {
    parameters: model.layout.initialize(random),
    shapes: [...network(2), ...network(1)],
    observation: normal(batch * 4),
    action: Float32Array.from({ length: batch }, () => random.integers(0, 2)),
    oldLogProbability: normal(batch, 0.1).map((x) => x - 0.7),
    advantage: normal(batch),
    valueTarget: normal(batch),
    index: Float32Array.from({ length: batch }, (_, i) => batch - 1 - i),
  };

  const compiled = await compileProgram(backend, ppoUpdate(model, config, batch));
  const inputs = {
    parameters: data.parameters,
    'rollout.observations': data.observation,
    'rollout.actions': data.action,
    'rollout.logProbabilities': data.oldLogProbability,
    'rollout.advantages': data.advantage,
    'rollout.valueTargets': data.valueTarget,
    index: data.index,
    learningRate: [learningRate],
    'restraint.clipRange': [config.clipRange],
    active: [1],
  };
  for (const [name, numbers] of Object.entries(inputs)) compiled.places[name]!.write(numbers);
  const options = { ...config, batch, actions: 2, epsilon };
  const [byHand, eager] = [handMadeTfjsPpo(data, options), eagerPpo(data, options)];

  for (const step of [compiled, byHand, eager]) await step.run();
  const ours = await compiled.places['parameters']!.read();
  for (const [name, step] of Object.entries({ byHand, eager })) {
    const theirs = step.parameters();
    const difference = Math.max(...ours.map((x, i) => Math.abs(x - theirs[i]!)));
    if (!(difference < 2e-5)) throw new Error(`${name} differs from the compiled step by ${difference}`);
  }

  const steps = { compiled, byHand, eager };
  const times = { compiled: [] as number[], byHand: [] as number[], eager: [] as number[] };
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of ['compiled', 'byHand', 'eager'] as const) {
      const start = performance.now();
      for (let i = 0; i < 5; i++) void steps[name].run();
      times[name].push((performance.now() - start) * 200);
    }
  }
  compiled.dispose();
  const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;
  const [our, hand, user] = [times.compiled, times.byHand, times.eager].map(median) as [
    number,
    number,
    number,
  ];
  return {
    batch,
    compiled: Math.round(our),
    byHand: Math.round(hand),
    variableGrads: Math.round(user),
    overhead: Number((our / hand).toFixed(3)),
    faster: Number((user / our).toFixed(2)),
  };
}

const results = [];
for (const batch of [64, 256, 1024]) results.push(await measure(batch));
await backend.close();
console.table(results);
if (values.out !== undefined) {
  const record = {
    command: 'npm run bench:tfjs-step',
    what: 'median µs of one PPO step on the wasm engine of TensorFlow.js 4.22, two 4-64-64 networks',
    date: new Date().toISOString().slice(0, 10),
    machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
    results,
  };
  writeFileSync(values.out, `${JSON.stringify(record, null, 2)}\n`);
}
