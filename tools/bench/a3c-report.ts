/** What `npm run bench:a3c` stores, as a table. */
import { mean } from '../results/statistics.ts';
import type { BenchmarkRecord } from './record.ts';

/** Trainings with different numbers of workers, side by side. */
export interface A3cRecord extends Pick<BenchmarkRecord, 'command' | 'date' | 'machine' | 'version'> {
  readonly environment: string;
  /** Of each training, over all workers. */
  readonly steps: number;
  readonly results: readonly {
    readonly workers: number;
    /** Over all workers, in the median and in the best iteration. */
    readonly stepsPerSecond: { readonly median: number; readonly best: number };
    /** Evaluations of the trained policies, one a seed. */
    readonly returns: readonly number[];
  }[];
}

/** Steps a second and returns by the number of workers. */
export function a3cReport({ command, date, machine, environment, steps, results }: A3cRecord): string {
  const alone = results[0]!.stepsPerSecond;
  const rows = results.map(({ workers, stepsPerSecond: { median, best }, returns }) => [
    workers,
    median.toLocaleString('en'),
    (median / alone.median).toFixed(2),
    (best / alone.best).toFixed(2),
    mean(returns).toFixed(1),
  ]);
  const head = ['workers', 'steps/s', 'times as many', 'in the best iterations', 'return'];
  const table = [head, head.map(() => '--:'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return (
    `${table}\n\n\`${command}\`, ${date}: ${environment}, ${steps.toLocaleString('en')} steps with each of ` +
    `${results[0]!.returns.length} seeds, all numbers of workers in turns, medians over iterations; ${machine.cpu}, ` +
    `${machine.cores} cores, load average ${machine.load} at the start, Node ${machine.node}. Return: 100 episodes with ` +
    `the policy's mode, mean over seeds.`
  );
}
