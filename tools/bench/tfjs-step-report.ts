/** What `npm run bench:tfjs-step` stores, and its table. */

/** One PPO step in three ways. */
export interface TfjsStepRecord {
  readonly what: string;
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly results: readonly {
    readonly batch: number;
    /** Microseconds, as the next two. */
    readonly compiled: number;
    readonly byHand: number;
    readonly variableGrads: number;
    /** compiled ÷ byHand. */
    readonly overhead: number;
    /** variableGrads ÷ compiled. */
    readonly faster: number;
  }[];
}

/** A row a minibatch. */
export function tfjsStepReport({ what, date, machine, results }: TfjsStepRecord): string {
  const whole = (value: number) => value.toLocaleString('en');
  const rows = results.map(({ batch, compiled, byHand, variableGrads, overhead, faster }) =>
    [batch, ...[compiled, byHand, variableGrads].map(whole), overhead.toFixed(2), faster.toFixed(1)].join(
      ' | ',
    ),
  );
  return [
    '| minibatch | compiled, µs | by hand, µs | `variableGrads`, µs | compiled ÷ by hand | `variableGrads` ÷ compiled |',
    '|--:|--:|--:|--:|--:|--:|',
    ...rows.map((row) => `| ${row} |`),
    '',
    `${date}, ${machine.cores} cores of ${machine.cpu}, Node ${machine.node}: ${what}.`,
  ].join('\n');
}
