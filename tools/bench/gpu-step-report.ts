/** What `npm run bench:gpu-step` stores, and its table. */
import type { Timing } from './measure.ts';
import type { BenchmarkRecord } from './record.ts';

/** One PPO step on gpu.js, compiled and by hand, and compiled for the other backends. */
export interface GpuStepRecord extends Pick<BenchmarkRecord, 'command' | 'date' | 'machine' | 'version'> {
  readonly results: readonly {
    readonly batch: number;
    /** Compiled ÷ by hand, the median over neighbouring turns. */
    readonly overhead: number;
    /** By who ran it. */
    readonly microseconds: Readonly<Record<string, Pick<Timing, 'median' | 'best'>>>;
  }[];
}

/** A row a minibatch. */
export function gpuStepReport({ command, date, machine, results }: GpuStepRecord): string {
  const names = Object.keys(results[0]!.microseconds);
  const head = ['minibatch', 'compiled ÷ by hand', ...names.map((name) => `${name}, µs`)];
  const rows = results.map(({ batch, overhead, microseconds }) => [
    batch,
    overhead.toFixed(2),
    ...names.map((name) => microseconds[name]!.median.toLocaleString('en')),
  ]);
  return [
    ...[head, head.map(() => '--:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `\`${command}\`, ${date}: ${machine.cpu}, ${machine.cores} cores, load average ${machine.load} at the start, Node ` +
      `${machine.node}; medians.`,
  ].join('\n');
}
