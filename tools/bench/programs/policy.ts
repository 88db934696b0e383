/** Acting: the most likely action of a 4-64-64-2 policy for each of N observations, as agents compute it. */
import { trace } from '@ascent-rl/core';
import { normal, type Benchmark } from './benchmark.ts';
import { ppoStep } from './ppo.ts';

/** The model whose actor acts. */
export const { model } = ppoStep(64);

/** A benchmark that says for how many observations it acts. */
export interface PolicyBenchmark extends Benchmark {
  readonly count: number;
}

/** The policy at N observations. */
export function policy(count: number): PolicyBenchmark {
  const { layout, observationSize } = model;
  return {
    count,
    name: `policy-${count}`,
    description: `actions of a 4-64-64-2 policy for ${count} observations`,
    program: () =>
      trace(
        ({ parameters, observation }) => ({
          action: model.toEnvironment(model.policy(layout.unpack(parameters), observation).mode()),
        }),
        { parameters: [layout.size], observation: [count, observationSize] },
      ),
    inputs: (random) => ({
      parameters: layout.initialize(random),
      observation: normal(random, count * observationSize),
    }),
  };
}
