/** What `npm run bench:browser` stores, and its table. */
import type { BenchmarkRecord } from '../bench/record.ts';

/** A training to its end. */
export interface Course {
  /** When an evaluation first reached the goal; missing if none did. */
  readonly solved?: { readonly seconds: number; readonly steps: number };
  /** Seconds of all of it, with compiling and evaluations. */
  readonly seconds: number;
  /** Environment steps of all of it. */
  readonly steps: number;
  /** Mean return of the last evaluation. */
  readonly evaluation: number;
}

/** A run of the command. */
export interface BrowserRecord extends Pick<BenchmarkRecord, 'command' | 'date' | 'machine' | 'version'> {
  /** Version of Chromium. */
  readonly chromium: string;
  /** What the backend found. */
  readonly engine: { readonly chromium: string; readonly node: string };
  readonly seeds: readonly { readonly seed: number; readonly chromium: Course; readonly node: Course }[];
}

/** The table of a record, and where it comes from. */
export function browserReport({ command, date, machine, version, ...record }: BrowserRecord): string {
  const { cpu, cores, load, node } = machine;
  const cells = ({ solved, seconds, steps, evaluation }: Course) => [
    solved ? solved.seconds.toFixed(1) : 'never',
    solved ? whole(solved.steps) : '',
    seconds.toFixed(1),
    whole(steps / seconds),
    evaluation.toFixed(1),
  ];
  const rows = record.seeds.flatMap(({ seed, ...courses }) => [
    ['Chromium', String(seed), ...cells(courses.chromium)],
    ['Node', String(seed), ...cells(courses.node)],
  ]);
  const head = ['', 'seed', '475 after, s', 'steps', 'all, s', 'steps/s', 'last evaluation'];
  const lines = [head, ['---', ...head.slice(1).map(() => '--:')], ...rows];
  return (
    lines.map((line) => `| ${line.join(' | ')} |`).join('\n') +
    `\n\n\`${command}\`, ${date}: ${cpu}, ${cores} cores, load average ${load} at the start; Chromium ` +
    `${record.chromium} (${record.engine.chromium}), Node ${node} (${record.engine.node}), Ascent ${version}.`
  );
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
