/** A whole training, one iteration of each contender in turn. */
import { makeVectorEnvironment, type VectorEnvironment } from '@ascent-rl/environments';
import type { Learner } from '@ascent-rl/training';
import { algorithms } from '../../../apps/cli/src/registry.ts';
import type { Contender } from '../contenders.ts';
import { timing } from '../measure.ts';
import type { TrainingRecord } from '../record.ts';

const algorithm = 'ppo';
const environment = 'CartPole-v1';

/** A training under way. */
interface Training {
  readonly name: string;
  readonly copies: VectorEnvironment;
  readonly learning: Learner;
  /** Milliseconds to make it. */
  readonly preparation: number;
  readonly events: ReturnType<Learner['train']>;
  /** Milliseconds of each iteration. */
  readonly times: number[];
}

/**
 * Trains with the preset of the environment, on each contender.
 *
 * @param share - Share of the training's steps that are done, from its beginning.
 */
export async function measureTraining(
  contenders: readonly Contender[],
  share: number,
): Promise<TrainingRecord> {
  const { presets, learner } = algorithms[algorithm]!;
  const config = presets[environment]!;
  const trainings: Training[] = [];
  for (const { name, backend } of contenders) {
    const copies = makeVectorEnvironment(environment, { count: config['environments'] as number });
    const start = performance.now();
    const learning = await learner({ environment: copies, backend, config, seed: 1 });
    const preparation = performance.now() - start;
    trainings.push({ name, copies, learning, preparation, events: learning.train(), times: [] });
  }
  const isDone = () => trainings.every(({ learning }) => learning.step >= share * learning.totalSteps);
  while (!isDone()) {
    for (const { events, times } of trainings) {
      const start = performance.now();
      await events.next();
      times.push(performance.now() - start);
    }
  }
  for (const { copies, learning } of trainings) {
    learning.dispose();
    copies.close();
  }
  return {
    algorithm,
    environment,
    results: trainings.map(({ name, learning, preparation, times }) => ({
      contender: name,
      steps: learning.step,
      stepsPerSecond: (learning.step / times.length) * (1e6 / timing(times).median),
      seconds: times.reduce((sum, time) => sum + time, preparation) / 1000,
    })),
  };
}
