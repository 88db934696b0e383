/**
 * The units of a policy's actions in replay: numbers within ±1 for a Box, whatever its limits, and choices counted
 * from 0. Shapes: A numbers in an action.
 */
import { constant, type Tensor } from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';
import type { Generator } from '@ascent-rl/core/random';
import type { Box, Space } from '@ascent-rl/environments';

/** Refuses a Box of whole numbers: what a policy's real numbers are cut to would be learned from as if it were they. */
export function expectReal(space: Box): void {
  if (space.dtype === 'float32' || space.dtype === 'float64') return;
  throw new UnsupportedError(
    `expected actions of real numbers, got ${String(space)}; use Discrete or MultiDiscrete for whole numbers`,
  );
}

/** The space as a Box of real numbers with finite limits. Raises UnsupportedError for any other. */
export function boundedBox(space: Space, algorithm: string): Box {
  if (space.kind !== 'Box' || ![...space.low, ...space.high].every(Number.isFinite)) {
    throw new UnsupportedError(
      `${algorithm}: expected an action space Box with finite limits, got ${String(space)}; ` +
        'choose an algorithm for that space, or limit the actions',
    );
  }
  expectReal(space);
  return space;
}

/** Actions [B, A] within ±1 → within the limits of the Box. */
export function scaleToBox({ low, high }: Box, action: Tensor): Tensor {
  const half = constant(low.map((lowest, i) => (high[i]! - lowest) / 2));
  const middle = constant(low.map((lowest, i) => (high[i]! + lowest) / 2));
  // Rounding must not lead beyond the limits.
  return action.mul(half).add(middle).max(constant(low)).min(constant(high));
}

/** Scales actions [N, A] within ±1 in place; choices stay as they are. */
export function scaleActions(space: Space, actions: Float32Array): void {
  if (space.kind !== 'Box') return;
  const { low, high } = space;
  for (let i = 0; i < actions.length; i++) {
    const at = i % low.length;
    actions[i] = low[at]! + ((actions[i]! + 1) * (high[at]! - low[at]!)) / 2;
  }
}

/** Fills actions [N, A] with uniform ones within ±1. */
export function randomActions(random: Generator, actions: Float32Array): void {
  for (let i = 0; i < actions.length; i++) actions[i] = random.uniform(-1, 1);
}
