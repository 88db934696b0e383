/** A worker thread of A3C: acts and learns on its own, sharing nothing with the others but the model. */
import { parentPort, workerData } from 'node:worker_threads';
import { scheduled } from '@ascent-rl/core/optim';
import { generator } from '@ascent-rl/core/random';
import {
  actorCritic,
  compileProgram,
  readPlace,
  rolloutCollector,
  writeRollout,
  type Episode,
  type WorldModule,
} from '@ascent-rl/training';
import { a3cGradient, a3cMeans, type A3cReport, type A3cTask } from './update.ts';
import { descendShared, viewSharedModel } from './shared-model.ts';

const { module, config, buffer, seed, index } = workerData as A3cTask;

/** What does a worker's share: steps until all workers together have taken `limit`. */
async function prepare(): Promise<(limit: number) => Promise<A3cReport>> {
  const { world } = (await import(module.url)) as WorldModule;
  const { environment, backend } = await world(module.data, config.environments);
  const model = actorCritic(environment, config);
  const shared = viewSharedModel(buffer, environment.observationSize);
  const rows = config.rolloutSteps * environment.count;
  const estimate = await compileProgram(backend, a3cGradient(model, config, rows));
  const { places } = estimate;
  const parameters = places['parameters']!;
  const collector = await rolloutCollector({
    model,
    environment,
    backend,
    parameters,
    random: generator(seed).spawn(index + 2)[index + 1]!,
    config,
    moments: shared,
  });
  collector.start(seed + index * environment.count);
  const gradient = new Float32Array(model.layout.size);

  /** Pulls the parameters, plays with them, and pushes one step. */
  async function learnOnce(): Promise<readonly Episode[]> {
    parameters.write(shared.parameters);
    const episodes = await collector.collect();
    writeRollout(collector.rollout, places);
    await estimate.run();
    await readPlace(places['gradient']!, gradient);
    const progress = Math.min(1, Atomics.add(shared.steps, 0, rows) / config.steps);
    descendShared(shared, gradient, {
      learningRate: scheduled(config.learningRateSchedule, config.learningRate, progress),
      decay: config.rmsPropDecay,
      epsilon: config.optimizerEpsilon,
    });
    return episodes;
  }

  return async (limit) => {
    const episodes: Episode[] = [];
    let updates = 0;
    while (Atomics.load(shared.steps, 0) < limit) {
      episodes.push(...(await learnOnce()));
      updates += 1;
    }
    const mean = await a3cMeans.take(places['sums']!);
    const first = index * environment.count;
    return {
      updates,
      mean,
      episodes: episodes.map((episode) => ({ ...episode, environment: first + episode.environment })),
    };
  };
}

let work: Promise<(limit: number) => Promise<A3cReport>> | undefined;
parentPort!.on('message', (limit: number) => {
  void (async () => {
    try {
      parentPort!.postMessage({ report: await (await (work ??= prepare()))(limit) });
    } catch (error) {
      const { name, message } = error as Error;
      parentPort!.postMessage({ error: { name, message } });
    }
  })();
});
