/**
 * `npm run bench:memory`: a PPO training step a million times, and what memory the process holds on the way. Stored in
 * `docs/benchmarks/memory.json`; with any flag it only prints, unless `--out` is given.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { simplify } from '@ascent-rl/core';
import { generator } from '@ascent-rl/core/random';
import { format } from 'prettier';
import { whole } from '../../apps/cli/src/flags.ts';
import { loadContenders, prepare } from './contenders.ts';
import { ppo } from './programs/ppo.ts';
import { describeMachine } from './record.ts';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' },
    runs: { type: 'string', default: '1000000' },
    out: { type: 'string' },
  },
});
const runs = whole(1)(values.runs);
const samples = 10;

const contenders = await loadContenders([values.backend], true);
const contender = contenders[0]!;
const benchmark = ppo(64);
const { run, dispose } = await prepare(
  contender,
  simplify(benchmark.program()),
  benchmark.inputs(generator(1)),
);

const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);
const course = [];
for (let sample = 0; sample <= samples; sample++) {
  const until = Math.round((runs * sample) / samples);
  for (let done = Math.round((runs * Math.max(0, sample - 1)) / samples); done < until; done++) await run();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const memory = {
    resident: mebibytes(rss),
    heap: mebibytes(heapUsed),
    arrayBuffers: mebibytes(arrayBuffers),
  };
  course.push({ runs: until, mebibytes: memory });
  console.log(`${until.toLocaleString('en')} runs: ${JSON.stringify(memory)} MiB`);
}
dispose();
for (const { backend } of contenders) await backend.close();

const given = process.argv.slice(2);
const record = {
  command: ['npm run bench:memory', ...(given.length > 0 ? ['--', ...given] : [])].join(' '),
  ...describeMachine(),
  contender: contender.name,
  program: benchmark.description,
  course,
};
const stored = fileURLToPath(new URL('../../docs/benchmarks/memory.json', import.meta.url));
const file = values.out ?? (given.length === 0 ? stored : undefined);
if (file !== undefined) {
  writeFileSync(file, await format(JSON.stringify(record), { parser: 'json', printWidth: 110 }));
}
