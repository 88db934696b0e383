/** The network of Mnih et al. 2015, "Human-level control through deep reinforcement learning", forward only. */
import { relu, trace, type Program } from '@ascent-rl/core';
import { convolution, layout, linear, sequential, stateless, type Module } from '@ascent-rl/core/nn';
import { normal, type Benchmark } from './benchmark.ts';

const batch = 8;

/** Flattens everything but the batch. */
const flatten = stateless((x) => x.reshape([x.shape[0]!, -1]));

const network = sequential([
  convolution(4, 32, 8, { stride: 4 }),
  stateless(relu),
  convolution(32, 64, 4, { stride: 2 }),
  stateless(relu),
  convolution(64, 64, 3),
  stateless(relu),
  flatten,
  linear(64 * 7 * 7, 512),
  stateless(relu),
] as readonly Module[]);
const parameterLayout = layout(network.parameters);

/** Four frames of 84 × 84 for each of B rows → 512 features. */
export function natureCnnForward(rows: number): Program {
  return trace(
    ({ parameters, frames }) => ({ features: network.apply(parameterLayout.unpack(parameters), frames) }),
    { parameters: [parameterLayout.size], frames: [rows, 4, 84, 84] },
  );
}

/** The forward pass at batch 8. */
export const natureCnn: Benchmark = {
  name: 'nature-cnn',
  description: `forward pass of the Nature DQN network on ${batch} rows of four 84 × 84 frames`,
  program: () => natureCnnForward(batch),
  inputs: (random) => ({
    // Scaled, not orthogonal: orthogonal matrices of this size take seconds to draw.
    parameters: normal(random, parameterLayout.size, 0.03),
    frames: normal(random, batch * 4 * 84 * 84),
  }),
};
