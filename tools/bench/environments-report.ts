/** What `npm run bench:environments` stores, and the table that the documentation shows of it. */
import type { BenchmarkRecord } from './record.ts';

/** One run of the benchmark. */
export interface EnvironmentsRecord extends Pick<
  BenchmarkRecord,
  'command' | 'date' | 'machine' | 'version'
> {
  readonly environments: readonly {
    readonly id: string;
    /** Of one environment, then of 8 and of 1,024 copies. */
    readonly stepsPerSecond: readonly {
      readonly copies: number;
      /** In the median turn. */
      readonly median: number;
      /** In the turn that others disturbed least. */
      readonly best: number;
    }[];
  }[];
}

/** What `tools/bench/gymnasium-speed.py` measured. */
export interface GymnasiumRecord {
  /** Each figure is the best of so many runs. */
  readonly runs: number;
  readonly date: string;
  readonly gymnasium: string;
  readonly numpy: string;
  readonly python: string;
  /** Steps a second of `gymnasium.make` by id. */
  readonly single: Readonly<Record<string, number>>;
  /** Steps a second of Gymnasium's own vectorised CartPole by number of copies. */
  readonly vectorisedCartPole: Readonly<Record<string, number>>;
}

/** The table, in Markdown. */
export function environmentsReport(
  { command, date, machine, environments }: EnvironmentsRecord,
  gymnasium: GymnasiumRecord,
): string {
  const rows = environments.map(({ id, stepsPerSecond }) => {
    const theirs = gymnasium.single[id];
    const best = stepsPerSecond.map((rate) => rate.best);
    const times = theirs === undefined ? '' : `${Math.round(best.at(-1)! / theirs)}`;
    return `| ${[id, theirs === undefined ? '' : rounded(theirs), ...best.map(rounded), times].join(' | ')} |`;
  });
  const copies =
    environments[0]?.stepsPerSecond.slice(1).map((rate) => `${rate.copies.toLocaleString('en-US')} copies`) ??
    [];
  const { vectorisedCartPole } = gymnasium;
  const others = Object.entries(vectorisedCartPole).map(
    ([count, rate]) => `${rounded(rate)} with ${Number(count).toLocaleString('en-US')} copies`,
  );
  return [
    `| steps/s | Gymnasium | one environment | ${copies.join(' | ')} | multiple |`,
    `|---|${'--:|'.repeat(copies.length + 3)}`,
    ...rows,
    '',
    `\`${command}\`, ${date}: ${machine.cpu}, one of ${machine.cores} cores, load average ${machine.load} at the start, ` +
      `Node ${machine.node}. Gymnasium: \`tools/bench/gymnasium-speed.py\`, ${gymnasium.date}, best of ${gymnasium.runs} runs, same machine: Gymnasium ` +
      `${gymnasium.gymnasium}, NumPy ${gymnasium.numpy}, Python ${gymnasium.python}; its own vectorised CartPole takes ` +
      `${others.join(', ')}.`,
  ].join('\n');
}

function rounded(rate: number): string {
  return Number(rate.toPrecision(3)).toLocaleString('en-US');
}
