/**
 * `npm run bench:workers`: copies of environments whose steps take a millisecond, one after the other and in worker
 * threads, measured in turn: milliseconds in which all of them step once. Stores docs/benchmarks/workers.json.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { vectorize, type EnvironmentFactory } from '@ascent-rl/environments';
import { vectorizeInWorkers } from '@ascent-rl/environments/workers';
import { interleave, timing } from './measure.ts';
import { describeMachine } from './record.ts';

parseArgs({ options: {} }); // refuses any

const count = 8;
const turns = 301;
const milliseconds = (microseconds: number): number => Number((microseconds / 1000).toFixed(2));

async function measure(kind: 'computing' | 'waiting') {
  const module = new URL(`./fixtures/${kind}.ts`, import.meta.url);
  const { environment } = (await import(module.href)) as { readonly environment: EnvironmentFactory };
  const adaptors = [
    { name: 'one after the other', copies: vectorize(environment, count) },
    { name: '1 worker', copies: await vectorizeInWorkers(module, { count, workers: 1 }) },
    { name: '2 workers', copies: await vectorizeInWorkers(module, { count, workers: 2 }) },
  ];
  const actions = new Float32Array(count);
  for (const { copies } of adaptors) copies.reset(0);
  const runs = adaptors.map(({ copies }) => {
    return () => copies.step(actions);
  });
  const times = (await interleave(runs, { repeats: turns, turn: 1 })).map(timing);
  for (const { copies } of adaptors) copies.close();
  return adaptors.map(({ name }, i) => ({
    kind,
    name,
    median: milliseconds(times[i]!.median),
    best: milliseconds(times[i]!.best),
    timesAsFast: Number((times[0]!.median / times[i]!.median).toFixed(2)),
    timesAsFastAtBest: Number((times[0]!.best / times[i]!.best).toFixed(2)),
  }));
}

const machine = describeMachine();
const results = [...(await measure('computing')), ...(await measure('waiting'))];
const record = { command: 'npm run bench:workers', ...machine, copies: count, turns, results };
const file = new URL('../../docs/benchmarks/workers.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
console.table(results);
