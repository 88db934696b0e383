/** Records as tables, in Markdown, which reads well in a terminal too. */
import type { BenchmarkRecord, ProgramRecord } from './record.ts';

/** All tables of a record under their headings, and where they come from. */
export function reportOf(record: BenchmarkRecord): string {
  const { products, programs, acting, environments, training } = record;
  const parts: [title: string, table: string][] = [
    ['Contenders', contendersTable(record)],
    ['Matrix products', programsTable(products)],
    ['Programs', programsTable(programs)],
    ['Acting', actingTable(acting)],
    ['Environments', environmentsTable(environments)],
    ['Training', trainingTable(training)],
  ];
  const shown = parts.filter(([, text]) => text.split('\n').length > 2);
  return [originOf(record), ...shown.map(([title, text]) => `### ${title}\n\n${text}`)].join('\n\n');
}

/** When, where and how a record was made. */
function originOf({ date, machine, version, command }: BenchmarkRecord): string {
  const { cpu, cores, load, node } = machine;
  return (
    `\`${command}\`, ${date}: ${cpu}, ${cores} cores, load average ${load} at the start, Node ${node}, ` +
    `Ascent ${version}.`
  );
}

/** One line a program and one column a contender: the figures that most people want. */
export function summaryOf(record: BenchmarkRecord): string {
  const { contenders, programs, acting, training } = record;
  const names = contenders.map(({ name }) => name);
  const line = <R extends { readonly contender: string }>(
    title: string,
    results: readonly R[],
    show: (result: R) => string,
  ) => [
    title,
    ...names.map((name) => {
      const result = results.find(({ contender }) => contender === name);
      return result === undefined ? '' : show(result);
    }),
  ];
  const lines = table(
    ['', ...names],
    [
      ...programs.map(({ name, results }) => line(`${name}, µs`, results, ({ time }) => figure(time.median))),
      ...acting.map(({ batch, results }) =>
        line(`acting at batch ${batch}, µs`, results, ({ call }) => figure(call.median)),
      ),
      ...training.map(({ algorithm, environment, results }) =>
        line(`training ${algorithm} on ${environment}, steps/s`, results, ({ stepsPerSecond }) =>
          figure(stepsPerSecond),
        ),
      ),
    ],
  );
  return `${lines}\n\n${originOf(record)}`;
}

function contendersTable({ contenders }: BenchmarkRecord): string {
  return table(
    ['contender', 'threads', 'engine'],
    contenders.map(({ name, threads, engine }) => [name, String(threads), engine]),
  );
}

function programsTable(records: readonly ProgramRecord[]): string {
  const rows = records.flatMap(({ name, operations, results }) =>
    results.map(({ contender, time, shareOfPeak, compileTime, moduleBytes }) => [
      name,
      contender,
      figure(time.median),
      figure(time.best),
      figure(operations / time.median / 1000),
      shareOfPeak === undefined ? '' : `${(100 * shareOfPeak).toFixed(0)} %`,
      compileTime === undefined ? '' : figure(compileTime),
      moduleBytes === undefined ? '' : figure(moduleBytes / 1000),
    ]),
  );
  return table(
    ['program', 'contender', 'µs', 'best, µs', 'GFLOP/s', 'of its matmul peak', 'compile, ms', 'module, kB'],
    rows,
  );
}

function actingTable(records: BenchmarkRecord['acting']): string {
  const rows = records.flatMap(({ batch, results }) =>
    results.map(({ contender, call, agent }) => [
      String(batch),
      contender,
      figure(call.median),
      figure(agent.median),
    ]),
  );
  return table(['batch', 'contender', 'program, µs', 'agent, µs'], rows);
}

function environmentsTable(records: BenchmarkRecord['environments']): string {
  const rows = records.map(({ id, count, stepsPerSecond }) => [id, String(count), figure(stepsPerSecond)]);
  return table(['environment', 'copies', 'steps/s'], rows);
}

function trainingTable(records: BenchmarkRecord['training']): string {
  const rows = records.flatMap(({ algorithm, environment, results }) =>
    results.map(({ contender, steps, stepsPerSecond, seconds }) => [
      `${algorithm} on ${environment}`,
      contender,
      figure(stepsPerSecond),
      steps.toLocaleString('en'),
      seconds.toFixed(1),
    ]),
  );
  return table(['training', 'contender', 'steps/s', 'steps', 'seconds'], rows);
}

/** Three digits: more would not be the same tomorrow. */
export function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });
}

/** A Markdown table with its columns in line; columns of numbers stand to the right. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = titles.map((title, i) => [title, ...rows.map((row) => row[i]!)]);
  const used = columns.filter((cells) => cells.slice(1).some((cell) => cell !== '') || rows.length === 0);
  const isNumber = used.map((cells) => cells.slice(1).every((cell) => /^[\d.,]*( %)?$/.test(cell)));
  const widths = used.map((cells) => Math.max(3, ...cells.map((cell) => cell.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, i) => (isNumber[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [0, ...rows.map((_, row) => row + 1)]
    .map((row) => line(used.map((cells) => cells[row]!)))
    .toSpliced(1, 0, line(rule))
    .join('\n');
}
