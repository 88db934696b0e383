/** What `npm run bench:workers` stores, and its table. */
import type { BenchmarkRecord } from './record.ts';

/** Copies that step one after the other and in worker threads. */
export interface WorkersRecord extends Pick<BenchmarkRecord, 'command' | 'date' | 'machine' | 'version'> {
  readonly copies: number;
  readonly turns: number;
  readonly results: readonly {
    /** What a step's millisecond goes into. */
    readonly kind: string;
    readonly name: string;
    /** Milliseconds in which all copies step once, as the next. */
    readonly median: number;
    readonly best: number;
    /** As the first of its kind, in the median and in the best turn. */
    readonly timesAsFast: number;
    readonly timesAsFastAtBest: number;
  }[];
}

/** A row a way to step. */
export function workersReport({ command, date, machine, copies, turns, results }: WorkersRecord): string {
  const head = ['a step is', 'copies step', 'ms, median', 'ms, best', 'times as fast', 'at best'];
  const rows = results.map(({ kind, name, median, best, timesAsFast, timesAsFastAtBest }) => [
    kind,
    name.replace(/^\d/, 'in $&'),
    ...[median, best, timesAsFast, timesAsFastAtBest].map((value) => value.toFixed(2)),
  ]);
  return [
    ...[head, ['---', '---', '--:', '--:', '--:', '--:'], ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `\`${command}\`, ${date}: ${copies} copies, ${turns} turns each; ${machine.cpu}, ${machine.cores} cores, load average ` +
      `${machine.load} at the start, Node ${machine.node}.`,
  ].join('\n');
}
