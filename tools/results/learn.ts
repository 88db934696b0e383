/**
 * `npm run results -- <algorithm> <environment> [--seeds 10] [--first 1] [--jobs 2] [-- flags of ascent train]`:
 * trains with several seeds through the command line, evaluates each 100 episodes, and stores what came of it in
 * `docs/results/<algorithm>-<environment>.json` with the command, the machine and the date. `npm run docs:tables` then
 * writes the page of all stored results.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { RunRecord } from '@ascent-rl/training/run';
import { format, resolveConfig } from 'prettier';
import { learningCurve, resultsFolder, type StoredResult, type StoredRun } from './stored.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const separator = process.argv.indexOf('--', 2);
const [own, flags] =
  separator < 0
    ? [process.argv.slice(2), []]
    : [process.argv.slice(2, separator), process.argv.slice(separator + 1)];
const { values, positionals } = parseArgs({
  args: own,
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '10' },
    first: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
  },
});
const [algorithm, environment] = positionals;
if (algorithm === undefined || environment === undefined) {
  throw new Error('expected an algorithm and an environment, e.g. npm run results -- ppo CartPole-v1');
}

const folder = mkdtempSync(join(tmpdir(), 'ascent-results-'));
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.first) + i);
const waiting = [...seeds];
const runs: StoredRun[] = [];

async function work(): Promise<void> {
  for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
    const out = join(folder, String(seed));
    const command = [
      'apps/cli/bin/ascent.js',
      'train',
      algorithm!,
      environment!,
      '--seed',
      String(seed),
      '--quiet',
    ];
    const start = performance.now();
    await run(process.execPath, [...command, '--out', out, ...flags], { cwd: root });
    const seconds = (performance.now() - start) / 1000;
    const record = JSON.parse(readFileSync(join(out, 'record.json'), 'utf8')) as RunRecord;
    const { meanReturn, returnDeviation, returns } = record.results as {
      readonly meanReturn: number;
      readonly returnDeviation: number;
      readonly returns: readonly number[];
    };
    runs.push({
      seed,
      steps: record.steps,
      meanReturn,
      returnDeviation,
      episodes: returns.length,
      seconds: Math.round(seconds),
      curve: learningCurve(readFileSync(join(out, 'metrics.jsonl'), 'utf8'), 50),
    });
    console.log(
      `seed ${seed}: ${meanReturn.toFixed(2)} ± ${returnDeviation.toFixed(2)} (${seconds.toFixed(0)} s)`,
    );
  }
}

try {
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const result: StoredResult = {
  algorithm,
  environment,
  command: ['npm run results --', ...process.argv.slice(2)].join(' '),
  date: new Date().toISOString().slice(0, 10),
  machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
  runs: runs.sort((a, b) => a.seed - b.seed),
};
const file = new URL(`${algorithm}-${environment}.json`, resultsFolder);
const options = await resolveConfig(file);
writeFileSync(file, await format(JSON.stringify(result, null, 2), { ...options, parser: 'json' }));
