/** Schedules: how a hyper-parameter changes over training. */

/** How a value changes: not at all, or linearly to 0 at the end. */
export type ScheduleName = 'constant' | 'linear';

/**
 * The value at a point of training.
 *
 * @param initial - The value at the start.
 * @param progress - Share of training that is done, 0 to 1.
 */
export function scheduled(schedule: ScheduleName, initial: number, progress: number): number {
  return schedule === 'linear' ? initial * Math.max(0, 1 - progress) : initial;
}
