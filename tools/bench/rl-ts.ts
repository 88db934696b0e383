/**
 * `npm run bench:rl-ts -- --folder <folder>`: training PPO on CartPole-v1 with rl-ts and with Ascent, both on
 * TensorFlow.js in WebAssembly, in turns. See rl-ts-ppo.cjs for the folder and for what is trained. Stores
 * docs/benchmarks/rl-ts.json.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { ppo, ppoPresets } from '@ascent-rl/trust-region';
import { format } from 'prettier';
import { loadBackend } from '../../apps/cli/src/registry.ts';
import { interleave, timing } from './measure.ts';
import { startPeer } from './peer.ts';
import { describeMachine } from './record.ts';
import type { RlTsRecord } from './rl-ts-report.ts';

const { values } = parseArgs({ options: { folder: { type: 'string' } } });
if (values.folder === undefined) throw new Error('expected --folder, where rl-ts is installed');
const machine = describeMachine();
const backend = await loadBackend('tfjs:wasm');
const environment = makeVectorEnvironment('CartPole-v1', { count: 8 });
const config = { ...ppoPresets['CartPole-v1'], steps: 10 ** 9 };
const stepsPerIteration = 256;
const learner = await ppo({ environment, backend, config, seed: 1 });
const training = learner.train();
const peer = await startPeer(process.execPath, [
  fileURLToPath(new URL('rl-ts-ppo.cjs', import.meta.url)),
  values.folder,
]);
const times = await interleave([() => training.next(), peer.task('train', 1)], { repeats: 31, turn: 1000 });
const contenders = [
  `Ascent, tfjs-backend-wasm ${backend.capabilities.engine.replace(/^\D*/, '')}`,
  peer.version,
];
const record: RlTsRecord = {
  command: 'npm run bench:rl-ts',
  ...machine,
  results: contenders.map((contender, i) => {
    const { median, best } = timing(times[i]!);
    const rate = (microseconds: number) => Math.round((1e6 * stepsPerIteration) / microseconds);
    return { contender, stepsPerSecond: { median: rate(median), best: rate(best) } };
  }),
};
peer.close();
learner.dispose();
await backend.close();
const file = new URL('../../docs/benchmarks/rl-ts.json', import.meta.url);
writeFileSync(file, await format(JSON.stringify(record), { parser: 'json', printWidth: 110 }));
console.table(record.results.map(({ contender, stepsPerSecond }) => ({ contender, ...stepsPerSecond })));
