/** What `npm run bench:off-policy` stores, and the table that the documentation shows of it. */
import type { BenchmarkRecord } from './record.ts';

/** One run of the benchmark. */
export interface OffPolicyRecord extends Pick<BenchmarkRecord, 'command' | 'date' | 'machine' | 'version'> {
  readonly results: readonly {
    readonly algorithm: string;
    readonly contender: string;
    /** Floating-point operations of a gradient step, in the mean over steps with and without the actor. */
    readonly operations: number;
    /** Environment steps a second, in the median turn and in the one that others disturbed least. */
    readonly stepsPerSecond: { readonly median: number; readonly best: number };
    /** Operations a second as a share of those of the product 256 × 256 × 256, of the best turns. */
    readonly shareOfPeak: number;
  }[];
}

/** The table, in Markdown. */
export function offPolicyReport({ command, date, machine, results }: OffPolicyRecord): string {
  const rows = results.map(
    ({ algorithm, contender, operations, stepsPerSecond: { median, best }, shareOfPeak }) =>
      `| ${algorithm} | ${contender} | ${(operations / 1e6).toFixed(0)} | ${median.toFixed(0)} | ` +
      `${best.toFixed(0)} | ${(100 * shareOfPeak).toFixed(0)} % |`,
  );
  return [
    '| algorithm | contender | MFLOP a step | steps/s | best steps/s | of the matmul peak |',
    '|---|---|--:|--:|--:|--:|',
    ...rows,
    '',
    `\`${command}\`, ${date}: ${machine.cpu}, ${machine.cores} cores, load average ${machine.load} at the start, ` +
      `Node ${machine.node}.`,
  ].join('\n');
}
