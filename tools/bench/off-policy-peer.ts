/**
 * Ascent as a contender of `npm run bench:off-policy`: `<backend> <threads>`. Writes its engine, then does what each line
 * of its input says: `<algorithm> <steps>` or `product <times>`.
 */
import { createInterface } from 'node:readline';
import { ddpg, td3 } from '@ascent-rl/deterministic';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { sac } from '@ascent-rl/maximum-entropy';
import { generator } from '@ascent-rl/core/random';
import { loadBackend } from '../../apps/cli/src/registry.ts';
import { prepare } from './contenders.ts';
import { environmentId, options, product, stepsPerIteration } from './off-policy-task.ts';

const [name, threads] = process.argv.slice(2) as [string, string];
const backend = await loadBackend(name, { threads: Number(threads) });

const { run } = await prepare({ name, backend }, product.program(), product.inputs(generator(0)));
const tasks: Record<string, (times: number) => Promise<void>> = {
  async product(times) {
    for (let i = 0; i < times; i++) await run();
  },
};

const learningStarts = 256;
const config = { ...options, learningStarts, stepsPerIteration, steps: 10 ** 9 };
for (const [algorithm, start] of Object.entries({ sac, td3, ddpg })) {
  const environment = makeVectorEnvironment(environmentId, { count: 1 });
  const iterations = (await start({ environment, backend, config, seed: 1 })).train();
  const train = async (steps: number): Promise<void> => {
    for (let step = 0; step < steps; step += stepsPerIteration) await iterations.next();
  };
  await train(learningStarts);
  tasks[algorithm] = train;
}

console.log(backend.capabilities.engine);
for await (const line of createInterface({ input: process.stdin })) {
  const [task, times] = line.split(' ') as [string, string];
  await tasks[task]!(Number(times));
  console.log('done');
}
await backend.close();
