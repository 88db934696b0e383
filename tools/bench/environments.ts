/**
 * `npm run bench:environments`: how many steps a second each environment takes with random actions on one core, one by
 * one and vectorised, all measured in turn. Stores docs/benchmarks/environments.json, from which `npm run docs:tables`
 * writes the table of the documentation.
 */
import { writeFileSync } from 'node:fs';
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

const ids = builtinEnvironments.ids;
const lanes = ids.flatMap((id) => [
  { copies: 1, run: single(id) },
  ...counts.map((count) => ({ copies: count, run: vectorised(id, count) })),
]);
const times = await interleave(
  lanes.map(({ run }) => run),
  effort,
);
const perSecond = times.map((turns, i) => {
  const { median, best } = timing(turns);
  const rate = (microseconds: number): number => Math.round((stepsOfRun * 1e6) / microseconds);
  return { copies: lanes[i]!.copies, median: rate(median), best: rate(best) };
});
const each = counts.length + 1;
const record: EnvironmentsRecord = {
  command: 'npm run bench:environments',
  ...describeMachine(),
  environments: ids.map((id, i) => ({ id, stepsPerSecond: perSecond.slice(i * each, (i + 1) * each) })),
};
const file = new URL('../../docs/benchmarks/environments.json', import.meta.url);
writeFileSync(file, await format(JSON.stringify(record), { parser: 'json', printWidth: 110 }));
console.log(`stored in ${file.pathname}; npm run docs:tables writes the table`);
