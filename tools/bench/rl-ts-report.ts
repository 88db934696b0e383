/** What `npm run bench:rl-ts` stores, and its table. */
import type { BenchmarkRecord } from './record.ts';

/** The same training by two libraries. */
export interface RlTsRecord extends Pick<BenchmarkRecord, 'command' | 'date' | 'machine' | 'version'> {
  readonly results: readonly {
    readonly contender: string;
    /** Environment steps a second, in the median turn and in the one that others disturbed least. */
    readonly stepsPerSecond: { readonly median: number; readonly best: number };
  }[];
}

/** A row a library. */
export function rlTsReport({ command, date, machine, results }: RlTsRecord): string {
  const whole = (value: number) => value.toLocaleString('en');
  return [
    '| PPO on CartPole-v1 | steps/s | best steps/s |',
    '|---|--:|--:|',
    ...results.map(
      ({ contender, stepsPerSecond: { median, best } }) =>
        `| ${contender} | ${whole(median)} | ${whole(best)} |`,
    ),
    '',
    `\`${command}\`, ${date}: ${machine.cpu}, ${machine.cores} cores, load average ${machine.load} at the start, Node ` +
      `${machine.node}; turns of a second.`,
  ].join('\n');
}
