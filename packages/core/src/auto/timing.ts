/** Brief timing by turns, so that whatever else the machine does falls on all alike. */

import type { Call } from '../backend/contract.ts';

/** A clock in milliseconds. */
export type Clock = () => number;

/** Turns each gets. The fastest counts: it is the one that others disturbed least. */
const turns = 5;

/** Milliseconds that a turn should take. */
const turnTime = 4;

/**
 * Microseconds of one run in the fastest turn, for each.
 *
 * @param calls - What to time.
 */
export async function timeByTurns(calls: readonly Call[], now: Clock): Promise<number[]> {
  const lanes = [];
  for (const call of calls) {
    await time(call, 1, now); // engines make things ready in the first run
    let count = 1;
    let best = await bestOfThree(call, count, now);
    while (best < turnTime / 2) best = await bestOfThree(call, (count *= 2), now);
    lanes.push({ call, count, best });
  }
  for (let turn = 1; turn < turns; turn++) {
    for (const lane of lanes) {
      // What takes long is told apart from the others by one run.
      if (lane.best < turns * turnTime)
        lane.best = Math.min(lane.best, await time(lane.call, lane.count, now));
    }
  }
  return lanes.map(({ best, count }) => (1000 * best) / count);
}

/** One interruption should not pass for a slow program. */
async function bestOfThree(call: Call, count: number, now: Clock): Promise<number> {
  const first = await time(call, count, now);
  return Math.min(first, await time(call, count, now), await time(call, count, now));
}

async function time(call: Call, count: number, now: Clock): Promise<number> {
  const start = now();
  for (let i = 0; i < count; i++) {
    const pending = call.run();
    if (pending !== undefined) await pending;
  }
  return now() - start;
}
