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
  /** Quartiles: half of the turns lie between. */
  readonly low: number;
  readonly high: number;
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

/** Median and quartiles of milliseconds, as µs. */
export function timing(milliseconds: readonly number[]): Timing {
  const at = (share: number) => 1000 * quantile(milliseconds, share);
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/**
 * The median of `a / b` over the turns that both had: steadier than the ratio of the medians, as what slows one turn
 * slows its neighbours too.
 */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  const ratios = a.slice(0, b.length).map((value, i) => value / b[i]!);
  return quantile(ratios, 0.5);
}

/** The value below which a share of the values lies, interpolated between neighbours. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
  return below + (position % 1) * (above - below);
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
