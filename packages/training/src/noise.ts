/** Noise for sampled actions, drawn on the host: programs take it as an input, so every backend sees the same. */
import type { Noise } from '@ascent-rl/core/nn';
import type { Generator } from '@ascent-rl/core/random';

/** Uniform numbers are odd multiples of 2⁻²⁴: float32 holds them exactly, and neither 0 nor 1 is among them. */
const uniformSteps = 2 ** 23;

/** Fills an array with noise of the given kind. */
export function fillNoise(kind: Noise['kind'], random: Generator, into: Float32Array): void {
  if (kind === 'normal') {
    for (let i = 0; i < into.length; i++) into[i] = random.standardNormal();
  } else {
    for (let i = 0; i < into.length; i++)
      into[i] = (Math.floor(random.random() * uniformSteps) + 0.5) / uniformSteps;
  }
}
