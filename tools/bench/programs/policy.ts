/** Acting: the most likely action of a 4-64-64-2 policy for each of N observations, as agents compute it. */
import { trace } from '@ascent-rl/core';
import { normal, type Benchmark } from './benchmark.ts';
import { ppoStep } from './ppo.ts';

/** The model whose actor acts. */
export const { model } = ppoStep(64);

/** The policy at N observations. */
export function policy(count: number): Benchmark {
  const { layout, observationSize } = model;
  return {
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
