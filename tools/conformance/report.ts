/** What `npm run conformance` stores, and its matrix. */
import { primitives } from '@ascent-rl/core';

/** How a backend did, in one place. */
export interface EngineRecord {
  /** As for `--backend`, with its variant. */
  readonly name: string;
  readonly place: 'Node' | 'Chromium';
  /** Engine and version. */
  readonly engine: string;
  /** Relative error allowed. */
  readonly tolerance: number;
  /** Day, as 2026-01-31. */
  readonly date: string;
  /** Group of the suite → tests that passed, tests that ran. */
  readonly groups: Readonly<Record<string, readonly [passed: number, ran: number]>>;
  /** Tests that failed. */
  readonly failed: readonly string[];
}

/** The stored record. */
export interface ConformanceRecord {
  readonly command: string;
  /** Tests of the whole suite. */
  readonly tests: number;
  readonly node: string;
  readonly chromium?: string;
  readonly engines: readonly EngineRecord[];
}

/** A row a primitive or subject, a column a backend and engine; one matrix for Node, one for Chromium. */
export function conformanceReport({ command, tests, node, chromium, engines }: ConformanceRecord): string {
  const places = [
    ['Node', `Node ${node}`],
    ['Chromium', `headless Chromium ${chromium ?? ''}`],
  ] as const;
  return places
    .flatMap(([place, title]) => {
      const columns = engines.filter((engine) => engine.place === place);
      return columns.length === 0 ? [] : [`### In ${title}`, matrix(columns, tests), failures(columns)];
    })
    .concat(`\`${command}\` wrote these figures.`)
    .join('\n\n');
}

function matrix(columns: readonly EngineRecord[], tests: number): string {
  const known: readonly string[] = primitives;
  const subjects = Object.keys(Object.assign({}, ...columns.map(({ groups }) => groups)))
    .map(subjectOf)
    .filter((subject, i, all) => all.indexOf(subject) === i && !known.includes(subject));
  const cell = ({ groups }: EngineRecord, row: string) => {
    const counts = Object.entries(groups).filter(([group]) => subjectOf(group) === row);
    const [passed, ran] = [0, 1].map((i) => counts.reduce((sum, [, pair]) => sum + pair[i as 0 | 1], 0));
    if (!ran) return '';
    return passed === ran ? '✓' : `${passed} of ${ran}`;
  };
  const ranOf = ({ groups }: EngineRecord) => Object.values(groups).reduce((sum, [, ran]) => sum + ran, 0);
  const lines = [
    ['', ...columns.map(({ name }) => `\`${name}\``)],
    ['---', ...columns.map(() => ':-:')],
    ['engine', ...columns.map(({ engine }) => engine)],
    [
      'tests',
      ...columns.map((column) => (ranOf(column) === tests ? `all ${tests}` : `${ranOf(column)} of ${tests}`)),
    ],
    ['tolerance', ...columns.map(({ tolerance }) => tolerance.toExponential())],
    ...[
      ...known.map((name) => [name, `\`${name}\``] as const),
      ...subjects.map((name) => [name, name] as const),
    ].map(([row, shown]) => [shown, ...columns.map((column) => cell(column, row))]),
  ];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function failures(columns: readonly EngineRecord[]): string {
  const lines = columns.flatMap(({ name, failed }) =>
    failed.length === 0 ? [] : [`- \`${name}\` fails: ${failed.join('; ')}.`],
  );
  return lines.length === 0 ? 'None fails a test.' : lines.join('\n');
}

function subjectOf(group: string): string {
  return group.replace(/, derivatives$/, '');
}
