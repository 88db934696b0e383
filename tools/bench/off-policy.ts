/**
 * `npm run bench:off-policy`: training SAC, TD3 and DDPG on Pendulum-v1, a gradient step of two layers of 256 at batch
 * 256 with every environment step, on each backend with one and two threads, measured in turn. Stores
 * docs/benchmarks/off-policy.json.
 *
 * With `--torch python3` the same in PyTorch takes turns with them, if that Python has the packages torch and numpy.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { costOf, type Program } from '@ascent-rl/core';
import {
  ddpg,
  deterministicModel,
  deterministicUpdate,
  td3,
  td3Schema,
  type Td3Options,
} from '@ascent-rl/deterministic';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { sac, sacModel, sacSchema, sacUpdate } from '@ascent-rl/maximum-entropy';
import { parseConfig, type Learner, type LearnerOptions } from '@ascent-rl/training';
import { generator } from '@ascent-rl/core/random';
import { loadContenders, prepare } from './contenders.ts';
import { interleave, timing } from './measure.ts';
import type { OffPolicyRecord } from './off-policy-report.ts';
import { matmul } from './programs/matmul.ts';
import { describeMachine } from './record.ts';
import { startPeer, type Peer } from './peer.ts';

const environmentId = 'Pendulum-v1';
const options = { hiddenSizes: [256, 256], batchSize: 256, bufferSize: 100_000 };
const learningStarts = 256;
const stepsPerIteration = 10;
const config = { ...options, learningStarts, stepsPerIteration, steps: 10 ** 9 };
const effort = { repeats: 21, turn: 200 };

const spaces = makeVectorEnvironment(environmentId, { count: 1 });
const operationsOf = (programs: readonly Program[]) =>
  programs.reduce((sum, program) => sum + costOf(program).operations, 0) / programs.length;

function deterministicOperations(extras: Td3Options): number {
  const resolved = parseConfig(td3Schema, { ...options, ...extras }, 'td3');
  const model = deterministicModel(spaces, resolved, 'td3');
  const kinds = resolved.policyDelay === 1 ? [true] : [true, false];
  return operationsOf(kinds.map((improvesActor) => deterministicUpdate(model, resolved, improvesActor)));
}

function sacOperations(): number {
  const resolved = parseConfig(sacSchema, options, 'sac');
  return operationsOf([sacUpdate(sacModel(spaces, resolved), resolved)]);
}

type Start = (given: LearnerOptions<typeof config>) => Promise<Learner>;

const algorithms: readonly (readonly [name: string, start: Start, operations: number])[] = [
  ['sac', sac, sacOperations()],
  ['td3', td3, deterministicOperations({})],
  ['ddpg', ddpg, deterministicOperations({ critics: 1, policyDelay: 1, targetNoise: 0 })],
];

const { values } = parseArgs({ options: { torch: { type: 'string' } } });
const machine = describeMachine();
const contenders = await loadContenders(['wasm', 'onnx'], false);
const peers: (readonly [name: string, torch: Peer])[] = [];
if (values.torch !== undefined) {
  const script = fileURLToPath(new URL('torch-off-policy.py', import.meta.url));
  for (const threads of [1, 2].filter((count) => count <= availableParallelism())) {
    const count = String(threads);
    const torch = await startPeer(values.torch, [script, count], {
      OMP_NUM_THREADS: count,
      OPENBLAS_NUM_THREADS: count,
    });
    peers.push([`torch ${torch.version}, ${threads} thread${threads === 1 ? '' : 's'}`, torch]);
  }
}
const product = matmul(256, 256, 256);
const productOperations = costOf(product.program()).operations;
const results: OffPolicyRecord['results'][number][] = [];

for (const [algorithm, start, operations] of algorithms) {
  const learners: Learner[] = [];
  const products = [];
  for (const { backend } of contenders) {
    const environment = makeVectorEnvironment(environmentId, { count: 1 });
    learners.push(await start({ environment, backend, config, seed: 1 }));
  }
  for (const contender of contenders) {
    products.push(await prepare(contender, product.program(), product.inputs(generator(0))));
  }
  const trainings = learners.map((learner) => learner.train());
  for (const training of trainings) {
    for (let step = 0; step <= learningStarts; step += stepsPerIteration) await training.next();
  }
  const names = [...contenders.map(({ name }) => name), ...peers.map(([name]) => name)];
  const times = await interleave(
    [
      ...trainings.map((training) => () => training.next()),
      ...peers.map(([, torch]) => torch.task(algorithm, stepsPerIteration)),
      ...products.map(({ run }) => run),
      ...peers.map(([, torch]) => torch.task('product', 1)),
    ],
    effort,
  );
  names.forEach((contender, i) => {
    const { median, best } = timing(times[i]!.map((milliseconds) => milliseconds / stepsPerIteration));
    const peak = productOperations / timing(times[names.length + i]!).best;
    results.push({
      algorithm,
      contender,
      operations,
      stepsPerSecond: { median: rate(median), best: rate(best) },
      shareOfPeak: Number((operations / best / peak).toFixed(3)),
    });
  });
  for (const disposable of [...learners, ...products]) disposable.dispose();
}
for (const { backend } of contenders) await backend.close();
for (const [, torch] of peers) torch.close();

function rate(microseconds: number): number {
  return Number((1e6 / microseconds).toPrecision(4));
}

const record: OffPolicyRecord = {
  command: `npm run bench:off-policy${values.torch === undefined ? '' : ' -- --torch python3'}`,
  ...machine,
  results,
};
const file = new URL('../../docs/benchmarks/off-policy.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
console.table(results.map(({ stepsPerSecond, ...rest }) => ({ ...rest, ...stepsPerSecond })));
