/**
 * `npm run bench:a3c`: A3C on CartPole-v1 with 1, 2 … workers, up to one a core. Trainings with different numbers of
 * workers go on in turns, an iteration each, so that whatever else the machine does falls on all alike. Stores
 * docs/benchmarks/a3c.json.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import { a3c, a3cPresets } from '@ascent-rl/actor-critic/a3c';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { evaluate } from '@ascent-rl/training';
import { format, resolveConfig } from 'prettier';
import type { A3cRecord } from './a3c-report.ts';
import { world } from './fixtures/a3c-world.ts';
import { timing } from './measure.ts';
import { describeMachine } from './record.ts';

parseArgs({ options: {} }); // refuses any

const environment = 'CartPole-v1';
const seeds = [1, 2, 3];
const workerCounts = Array.from({ length: Math.min(4, availableParallelism()) }, (_, i) => i + 1);
const machine = describeMachine();
const backend = await wasmBackend({ threads: 1 });

/** A training that can be taken on by an iteration. */
async function training(workers: number, seed: number) {
  const { environment: spaces } = await world(undefined, 1);
  const learner = await a3c({
    environment: spaces,
    backend,
    world: { url: new URL('./fixtures/a3c-world.ts', import.meta.url).href },
    config: { ...a3cPresets[environment], workers },
    seed,
  });
  const iterations = learner.train();
  /** Milliseconds of a step in each iteration, but the first: in it threads start. */
  const times: number[] = [];
  return {
    times,
    /** Returns whether there was something left to do. */
    async goOn(): Promise<boolean> {
      const [begun, step] = [performance.now(), learner.step];
      const { done } = await iterations.next();
      if (!done && step > 0) times.push((performance.now() - begun) / (learner.step - step));
      return !done;
    },
    /** Mean return of the trained policy's mode. */
    async finish(): Promise<number> {
      const judge = makeVectorEnvironment(environment, { count: 10 });
      const { meanReturn } = await evaluate(learner.agent, judge, { episodes: 100, seed: 1000 + seed });
      learner.dispose();
      return meanReturn;
    },
  };
}

const times = workerCounts.map((): number[] => []);
const returns = workerCounts.map((): number[] => []);
for (const seed of seeds) {
  const trainings = await Promise.all(workerCounts.map((workers) => training(workers, seed)));
  let isUnfinished = true;
  while (isUnfinished) {
    isUnfinished = false;
    for (const each of trainings) if (await each.goOn()) isUnfinished = true;
  }
  for (const [i, each] of trainings.entries()) {
    times[i]!.push(...each.times);
    returns[i]!.push(await each.finish());
  }
}
await backend.close();

const results = workerCounts.map((workers, i) => {
  const { median, best } = timing(times[i]!);
  return {
    workers,
    stepsPerSecond: { median: Math.round(1e6 / median), best: Math.round(1e6 / best) },
    returns: returns[i]!,
  };
});
const record: A3cRecord = {
  command: 'npm run bench:a3c',
  ...machine,
  environment,
  steps: a3cPresets[environment]!.steps!,
  results,
};
const file = new URL('../../docs/benchmarks/a3c.json', import.meta.url);
writeFileSync(file, await format(JSON.stringify(record), { ...(await resolveConfig(file)), parser: 'json' }));
console.table(results.map(({ workers, stepsPerSecond }) => ({ workers, ...stepsPerSecond })));
