/** Plain matrix products: what a backend reaches when nothing is in its way, and so the yardstick of the rest. */
import { trace } from '@ascent-rl/core';
import { normal, type Benchmark } from './benchmark.ts';

/** [M, K] × [K, N]. */
export function matmul(m: number, k: number, n: number): Benchmark {
  return {
    name: `matmul-${m}x${k}x${n}`,
    description: `matrix product [${m}, ${k}] × [${k}, ${n}]`,
    program: () =>
      trace(({ left, right }) => ({ product: left.matmul(right) }), { left: [m, k], right: [k, n] }),
    inputs: (random) => ({ left: normal(random, m * k), right: normal(random, k * n) }),
  };
}
