/**
 * `npm run bench:off-policy`: training SAC, TD3 and DDPG on Pendulum-v1, a gradient step of two layers of 256 at batch
 * 256 with every environment step, on each backend with one and two threads, measured in turn. Stores
 * docs/benchmarks/off-policy.json. Each contender is a process, so that it trains as it would alone: no
 * threads or garbage of others are in its way.
 *
 * With `--torch python3` the same in PyTorch takes turns with them, if that Python has the packages torch and numpy.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { costOf, type Program } from '@ascent-rl/core';
import {
  deterministicModel,
  deterministicUpdate,
  td3Schema,
  type Td3Options,
} from '@ascent-rl/deterministic';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { sacModel, sacSchema, sacUpdate } from '@ascent-rl/maximum-entropy';
import { parseConfig } from '@ascent-rl/training';
import { interleave, timing } from './measure.ts';
import type { OffPolicyRecord } from './off-policy-report.ts';
import { environmentId, options, product, stepsPerIteration } from './off-policy-task.ts';
import { describeMachine } from './record.ts';
import { startPeer, type Peer } from './peer.ts';

/** Long turns: a process that was idle is slower at first. */
const effort = { repeats: 7, turn: 1000 };
/** Products of one request: enough that the request does not count. */
const products = 100;

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

const algorithms = {
  sac: sacOperations(),
  td3: deterministicOperations({}),
  ddpg: deterministicOperations({ critics: 1, policyDelay: 1, targetNoise: 0 }),
};

const { values } = parseArgs({ options: { torch: { type: 'string' } } });
const machine = describeMachine();
const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const threadCounts = [1, 2].filter((count) => count <= availableParallelism());
const contenders: { readonly name: string; readonly peer: Peer }[] = [];
async function enter(
  nameOf: (peer: Peer) => string,
  command: string,
  parameters: readonly string[],
): Promise<void> {
  for (const threads of threadCounts) {
    const count = String(threads);
    const peer = await startPeer(command, [...parameters, count], {
      OMP_NUM_THREADS: count,
      OPENBLAS_NUM_THREADS: count,
    });
    contenders.push({ name: `${nameOf(peer)}, ${threads} thread${threads === 1 ? '' : 's'}`, peer });
  }
}
for (const backend of ['wasm', 'onnx']) {
  await enter(() => backend, process.execPath, [...process.execArgv, pathOf('off-policy-peer.ts'), backend]);
}
if (values.torch !== undefined) {
  await enter(({ version }) => `torch ${version}`, values.torch, [pathOf('torch-off-policy.py')]);
}

const productOperations = costOf(product.program()).operations;
const rate = (microseconds: number) => Number((1e6 / microseconds).toPrecision(4));
const results: OffPolicyRecord['results'][number][] = [];
for (const [algorithm, operations] of Object.entries(algorithms)) {
  const times = await interleave(
    contenders.flatMap(({ peer }) => [
      peer.task(algorithm, stepsPerIteration),
      peer.task('product', products),
    ]),
    effort,
  );
  contenders.forEach(({ name }, i) => {
    const { median, best } = timing(times[2 * i]!.map((milliseconds) => milliseconds / stepsPerIteration));
    const peak = (products * productOperations) / timing(times[2 * i + 1]!).best;
    results.push({
      algorithm,
      contender: name,
      operations,
      stepsPerSecond: { median: rate(median), best: rate(best) },
      shareOfPeak: Number((operations / best / peak).toFixed(3)),
    });
  });
}
for (const { peer } of contenders) peer.close();

const record: OffPolicyRecord = {
  command: `npm run bench:off-policy${values.torch === undefined ? '' : ' -- --torch python3'}`,
  ...machine,
  results,
};
const file = new URL('../../docs/benchmarks/off-policy.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
console.table(results.map(({ stepsPerSecond, ...rest }) => ({ ...rest, ...stepsPerSecond })));
