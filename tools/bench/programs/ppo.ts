/** PPO's update step of two 4-64-64 networks, as training runs it: gather from the rollout, gradient, clip, Adam. */
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { actorCritic, parseConfig } from '@ascent-rl/training';
import { ppoSchema, ppoUpdate } from '@ascent-rl/trust-region';
import { normal, whole, type Benchmark } from './benchmark.ts';

/** Rows of the rollout: 256 steps of 8 environments. */
const rows = 2048;

/** The step's model and configuration for CartPole-v1. */
export function ppoStep(batchSize: number) {
  const config = parseConfig(ppoSchema, { batchSize }, 'bench');
  const model = actorCritic(makeVectorEnvironment('CartPole-v1', { count: 1 }), config);
  return { model, config, program: () => ppoUpdate(model, config, rows) };
}

/** A benchmark that says how large its minibatch is. */
export interface PpoBenchmark extends Benchmark {
  readonly batchSize: number;
}

/** Tells PPO's step from other benchmarks. */
export function isPpo(benchmark: Benchmark): benchmark is PpoBenchmark {
  return 'batchSize' in benchmark;
}

/** The step at one size of minibatch. */
export function ppo(batchSize: number): PpoBenchmark {
  const { model, program } = ppoStep(batchSize);
  return {
    batchSize,
    name: `ppo-${batchSize}`,
    description: `PPO update step of two 4-64-64 networks, minibatch of ${batchSize}`,
    program,
    inputs: (random) => ({
      parameters: model.layout.initialize(random),
      'rollout.observations': normal(random, rows * 4),
      'rollout.actions': whole(random, rows, 2),
      'rollout.logProbabilities': normal(random, rows, 0.1).map((x) => x - Math.LN2),
      'rollout.advantages': normal(random, rows),
      'rollout.valueTargets': normal(random, rows),
      index: whole(random, batchSize, rows),
      'restraint.clipRange': [0.2],
      active: [1],
    }),
  };
}
