/** Timing by turns: what is compared runs interleaved, so that whatever else the machine does falls on all alike. */

/** Something to time. */
export type Run = () => Promise<unknown> | void;

/** How long to measure. */
export interface Effort {
  /** Turns each gets; its time is the median over them. */
  readonly repeats: number;
  /** Milliseconds of one turn: as many runs as fit, at least one. */
  readonly turn: number;
}

/** Time of one run over the turns, in µs. */
export interface Timing {
  readonly median: number;
  /** Of the fastest turn: the one that others disturbed least. */
  readonly best: number;
}

/**
 * Times each of several runs, turn by turn. What is so slow that its turns would take minutes gets fewer of them, at
 * least three.
 *
 * @returns Milliseconds of one run in each turn, for each.
 */
export async function interleave(runs: readonly Run[], { repeats, turn }: Effort): Promise<number[][]> {
  const lanes = [];
  for (const run of runs) {
    const { count, milliseconds } = await fit(run, turn);
    const affordable = Math.ceil((patience * repeats * turn) / milliseconds);
    lanes.push({ run, count, turns: Math.min(repeats, Math.max(3, affordable)), times: [] as number[] });
  }
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const { run, count, turns, times } of lanes) {
      if (repeat < turns) times.push((await time(run, count)) / count);
    }
  }
  return lanes.map(({ times }) => times);
}

/** How many times longer than planned something may take before it gets fewer turns. */
const patience = 20;

/** Milliseconds of the turns, in no order, as µs. */
export function timing(milliseconds: readonly number[]): Timing {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median: 1000 * median, best: 1000 * sorted[0]! };
}

/** How many runs fill a turn, and how long they take; found by doubling, which warms up the engine as well. */
async function fit(run: Run, turn: number): Promise<{ count: number; milliseconds: number }> {
  for (let tried = 1; ; tried *= 2) {
    const milliseconds = await time(run, tried);
    if (milliseconds < turn / 2) continue;
    const count = Math.max(1, Math.round((tried * turn) / milliseconds));
    return { count, milliseconds: (milliseconds * count) / tried };
  }
}

/** Milliseconds that `count` runs take. */
async function time(run: Run, count: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const pending = run();
    // An engine that answers at once should not be charged for a promise.
    if (pending !== undefined) await pending;
  }
  return performance.now() - start;
}
