/**
 * `npm run bench:workers`: copies of an environment whose steps take a millisecond, one after the other and in worker
 * threads, measured in turn: milliseconds in which all of them step once. Stores docs/benchmarks/workers.json.
 */
import { writeFileSync } from 'node:fs';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { vectorizeInWorkers } from '@ascent-rl/environments/workers';
import { environment } from './fixtures/slow.ts';
import { interleave, timing } from './measure.ts';
import { describeMachine } from './record.ts';

const count = 8;
const module = new URL('./fixtures/slow.ts', import.meta.url);
const adaptors = [
  { name: 'one after the other', copies: makeVectorEnvironment(environment, { count }) },
  { name: '1 worker', copies: await vectorizeInWorkers(module, { count, workers: 1 }) },
  { name: '2 workers', copies: await vectorizeInWorkers(module, { count, workers: 2 }) },
];
const actions = new Float32Array(count);
for (const { copies } of adaptors) copies.reset(0);
const turns = await interleave(
  adaptors.map(
    ({ copies }) =>
      () =>
        copies.step(actions),
  ),
  { repeats: 301, turn: 1 },
);
for (const { copies } of adaptors) copies.close();

const times = turns.map(timing);
const milliseconds = (microseconds: number): number => Number((microseconds / 1000).toFixed(2));
const results = adaptors.map(({ name }, i) => ({
  name,
  median: milliseconds(times[i]!.median),
  best: milliseconds(times[i]!.best),
  timesAsFast: Number((times[0]!.best / times[i]!.best).toFixed(2)),
}));
const record = { command: 'npm run bench:workers', ...describeMachine(), copies: count, results };
const file = new URL('../../docs/benchmarks/workers.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
console.table(results);
