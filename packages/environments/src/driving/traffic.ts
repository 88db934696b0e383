/** Traffic: the cars of one lane, which all drive at the same speed and so never meet each other. */
import type { Generator } from '@ascent-rl/core/random';

/** How far the driver sees, in m. */
export const sight = 200;
/** How far behind a car is forgotten, in m. */
const forgotten = 20;

/** How the cars of a lane follow each other, in m. */
export interface Spacing {
  readonly smallest: number;
  readonly largest: number;
}

/** Writes the first distances of `count` cars ahead, in order, from `at` on. */
export function placeCars(
  random: Generator,
  state: Float64Array,
  at: number,
  count: number,
  { smallest, largest }: Spacing,
): void {
  let distance = 0;
  for (let i = at; i < at + count; i++) {
    distance += random.uniform(smallest, largest);
    state[i] = distance;
  }
}

/** Moves the cars by a distance relative to the driver's; one that is left behind appears anew, out of sight ahead. */
export function moveCars(
  random: Generator,
  state: Float64Array,
  at: number,
  count: number,
  relative: number,
  { smallest, largest }: Spacing,
): void {
  let farthest = sight;
  for (let i = at; i < at + count; i++) {
    const distance = state[i]! + relative;
    state[i] = distance;
    if (distance > farthest) farthest = distance;
  }
  for (let i = at; i < at + count; i++) {
    if (state[i]! >= -forgotten) continue;
    farthest += random.uniform(smallest, largest);
    state[i] = farthest;
  }
}

/** Whether one of the cars is nearer than `length`. */
export function isAlongside(state: Float64Array, at: number, count: number, length: number): boolean {
  for (let i = at; i < at + count; i++) if (Math.abs(state[i]!) < length) return true;
  return false;
}

/** Writes the distances of the two nearest cars that are not left behind, in lengths of sight; 1 where none is seen. */
export function observeCars(
  state: Float64Array,
  at: number,
  count: number,
  observations: Float32Array,
  into: number,
): void {
  let first = sight;
  let second = sight;
  for (let i = at; i < at + count; i++) {
    const distance = state[i]!;
    if (distance < first) {
      second = first;
      first = distance;
    } else if (distance < second) {
      second = distance;
    }
  }
  observations[into] = first / sight;
  observations[into + 1] = second / sight;
}
