/** The figures of the deployment guide, as text. */

/** What `npm run bench:deployment` stores. */
export interface DeploymentRecord {
  readonly command: string;
  readonly date: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    /** Average number of processes that wanted a core. */
    readonly load: number;
    readonly node: string;
  };
  readonly engines: readonly {
    /** As for `--backend`. */
    readonly name: string;
    readonly engine: string;
    /** Microseconds. */
    readonly learning: number;
    /** Microseconds. */
    readonly acting: number;
    /** Installed beside Ascent. */
    readonly megabytes: number;
  }[];
}

/** A table with a row an engine. */
export function deploymentReport({ machine, date, engines }: DeploymentRecord): string {
  const { cpu, cores, load, node } = machine;
  const rows = engines.map(
    ({ name, engine, acting, learning, megabytes }) =>
      `| \`${name}\` | ${engine} | ${acting.toLocaleString('en-US')} | ${learning.toLocaleString('en-US')} | ${megabytes} |`,
  );
  return [
    `${date}, ${cores} cores of ${cpu}, Node ${node}, load ${load}:`,
    '',
    '| `--backend` | engine | one action, µs | one PPO step, µs | engine on disk, MB |',
    '|---|---|--:|--:|--:|',
    ...rows,
  ].join('\n');
}
