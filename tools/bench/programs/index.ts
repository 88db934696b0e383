/** Every program of the suite, by subject one file beside this one. */
import { a2c } from './a2c.ts';
import type { Benchmark } from './benchmark.ts';
import { matmul } from './matmul.ts';
import { natureCnn } from './nature-cnn.ts';
import { pixel } from './pixel.ts';
import { policy, type PolicyBenchmark } from './policy.ts';
import { ppo } from './ppo.ts';
import { sac } from './sac.ts';

/** Matrix products; the first is the yardstick of the programs. */
export const products: readonly Benchmark[] = [
  matmul(256, 256, 256),
  matmul(64, 64, 64),
  matmul(1024, 64, 64),
  matmul(1024, 1024, 1024),
];

/** Training steps, and the forward pass of a large network. */
export const programs: readonly Benchmark[] = [ppo(64), ppo(256), ppo(1024), a2c, sac, pixel, natureCnn];

/** The policy at the batches it acts on. */
export const policies: readonly PolicyBenchmark[] = [policy(1), policy(8), policy(64)];
