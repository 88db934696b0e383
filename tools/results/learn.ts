/**
 * `npm run results -- <algorithm> <environment> [--seeds 10] [--first 1] [--jobs 2] [--keep] [-- flags of ascent train]`:
 * trains with several seeds through the command line, evaluates each 100 episodes, and stores what came of it in
 * `docs/results/<algorithm>-<environment>.json` with the command, the machine and the date. `npm run docs:tables` then
 * writes the page of all stored results.
 *
 * Runs are kept in `runs/results/` until all seeds are there: given again after an interruption, the command goes on
 * where it was. Then they are removed, or with `--keep` moved to `runs/kept/`, in place of earlier ones.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { RunRecord } from '@ascent-rl/training/run';
import { format, resolveConfig } from 'prettier';
import {
  learningCurve,
  resultsFolder,
  trainingSeconds,
  type StoredResult,
  type StoredRun,
} from './stored.ts';

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
    keep: { type: 'boolean', default: false },
  },
});
const [algorithm, environment] = positionals;
if (algorithm === undefined || environment === undefined) {
  throw new Error('expected an algorithm and an environment, e.g. npm run results -- ppo CartPole-v1');
}

const folder = join(root, 'runs/results', `${algorithm}-${environment}`);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => Number(values.first) + i);
const waiting = [...seeds];
const runs: StoredRun[] = [];

async function work(): Promise<void> {
  for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
    const out = join(folder, String(seed));
    if (!existsSync(join(out, 'record.json'))) await train(seed, out);
    const learned = learnedIn(seed, out);
    runs.push(learned);
    await store();
    const { meanReturn, returnDeviation, seconds } = learned;
    console.log(`seed ${seed}: ${meanReturn.toFixed(2)} ± ${returnDeviation.toFixed(2)} (${seconds} s)`);
  }
}

/** Trains, or goes on from the checkpoint of an interrupted training. */
async function train(seed: number, out: string): Promise<void> {
  const begin = [algorithm!, environment!, '--seed', String(seed), '--out', out, ...flags];
  const what = existsSync(join(out, 'checkpoint.safetensors')) ? ['--resume', out] : begin;
  await run(process.execPath, ['apps/cli/bin/ascent.js', 'train', ...what, '--quiet'], { cwd: root });
}

/** What a finished run learned. */
function learnedIn(seed: number, out: string): StoredRun {
  const { steps, results } = JSON.parse(readFileSync(join(out, 'record.json'), 'utf8')) as RunRecord;
  const { meanReturn, returnDeviation, returns } = results as {
    readonly meanReturn: number;
    readonly returnDeviation: number;
    readonly returns: readonly number[];
  };
  const metrics = readFileSync(join(out, 'metrics.jsonl'), 'utf8');
  const seconds = Math.round(trainingSeconds(metrics));
  const curve = learningCurve(metrics, 50);
  return { seed, steps, meanReturn, returnDeviation, episodes: returns.length, seconds, curve };
}

async function store(): Promise<void> {
  const result: StoredResult = {
    algorithm: algorithm!,
    environment: environment!,
    command: ['npm run results --', ...process.argv.slice(2)].join(' '),
    date: new Date().toISOString().slice(0, 10),
    machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
    runs: runs.sort((a, b) => a.seed - b.seed),
  };
  const file = new URL(`${algorithm}-${environment}.json`, resultsFolder);
  const options = await resolveConfig(file);
  writeFileSync(file, await format(JSON.stringify(result, null, 2), { ...options, parser: 'json' }));
}

await Promise.all(Array.from({ length: Number(values.jobs) }, work));
if (values.keep) {
  const kept = join(root, 'runs/kept', `${algorithm}-${environment}`);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(dirname(kept), { recursive: true });
  renameSync(folder, kept);
} else rmSync(folder, { recursive: true });
