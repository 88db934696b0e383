/** From actions as a policy makes them to actions as an environment takes them. */
import type { Space } from '@ascent-rl/environments';

/**
 * Copies actions [N, A] into `into` within the limits of the space: a Gaussian's samples are clipped for the
 * environment, while learning keeps them as they were. Choices are counted from the space's start.
 */
export function environmentActions(space: Space, actions: Float32Array, into: Float32Array): void {
  into.set(actions);
  if (space.kind === 'Discrete' && space.start !== 0) {
    for (let i = 0; i < into.length; i++) into[i]! += space.start;
  }
  if (space.kind !== 'Box') return;
  const size = space.low.length;
  for (let i = 0; i < into.length; i++) {
    const at = i % size;
    into[i] = Math.min(Math.max(into[i]!, space.low[at]!), space.high[at]!);
  }
}
