/**
 * `npm run bench:environments`: how many steps a second each environment takes with random actions on one core, one by
 * one and vectorised, each in a process of its own. Stores docs/benchmarks/environments.json, from which `npm run docs:tables`
 * writes the table of the documentation.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  builtinEnvironments,
  flattenAction,
  makeEnvironment,
  makeVectorEnvironment,
  sample,
} from '@ascent-rl/environments';
import { generator } from '@ascent-rl/core/random';
import { format } from 'prettier';
import { interleave, timing, type Run } from './measure.ts';
import { describeMachine } from './record.ts';
import type { EnvironmentsRecord } from './environments-report.ts';

type Measured = EnvironmentsRecord['environments'][number]['stepsPerSecond'][number];

const counts = [8, 1024];
const effort = { repeats: 200, turn: 5 };
const batches = 64;
/** Environment steps of one run, so that even an interrupted run takes a measurable time. */
const stepsOfRun = 4096;

/** One environment, reset where an episode ends. */
function single(id: string): Run {
  const environment = makeEnvironment(id);
  const random = generator(1);
  const actions = Array.from({ length: batches }, () => sample(environment.actionSpace, random));
  environment.reset({ seed: 1 });
  return () => {
    for (let i = 0; i < stepsOfRun; i++) {
      const { terminated, truncated } = environment.step(actions[i % batches]);
      if (terminated || truncated) environment.reset();
    }
  };
}

/** Copies that step together. */
function vectorised(id: string, count: number): Run {
  const environment = makeVectorEnvironment(id, { count });
  const { actionSpace, actionSize } = environment;
  const random = generator(1);
  const actions = Array.from({ length: batches }, () => {
    const rows = new Float32Array(count * actionSize);
    for (let row = 0; row < count; row++) {
      flattenAction(actionSpace, sample(actionSpace, random), rows, row * actionSize);
    }
    return rows;
  });
  environment.reset(1);
  return () => {
    for (let i = 0; i < stepsOfRun / count; i++) environment.step(actions[i % batches]!);
  };
}

/** Steps a second of so many copies. */
async function measure(id: string, copies: number): Promise<Measured> {
  const [turns] = await interleave([copies === 1 ? single(id) : vectorised(id, copies)], effort);
  const { median, best } = timing(turns!);
  const rate = (microseconds: number): number => Math.round((stepsOfRun * 1e6) / microseconds);
  return { copies, median: rate(median), best: rate(best) };
}

/** The same in a process that does nothing else, as a training does. */
async function measureAlone(id: string, copies: number): Promise<Measured> {
  const script = [...process.execArgv, fileURLToPath(import.meta.url)];
  const { stdout } = await promisify(execFile)(process.execPath, [...script, id, String(copies)]);
  return JSON.parse(stdout) as Measured;
}

const [id, copies] = process.argv.slice(2);
if (id !== undefined) builtinEnvironments.find(id); // raises for an unknown one
if (id !== undefined) console.log(JSON.stringify(await measure(id, Number(copies))));
else {
  const machine = describeMachine();
  const environments = [];
  for (const id of builtinEnvironments.ids) {
    const stepsPerSecond = [];
    for (const copies of [1, ...counts]) stepsPerSecond.push(await measureAlone(id, copies));
    environments.push({ id, stepsPerSecond });
    console.log(id);
  }
  const record: EnvironmentsRecord = { command: 'npm run bench:environments', ...machine, environments };
  const file = new URL('../../docs/benchmarks/environments.json', import.meta.url);
  writeFileSync(file, await format(JSON.stringify(record), { parser: 'json', printWidth: 110 }));
  console.log(`stored in ${file.pathname}; npm run docs:tables writes the table`);
}
