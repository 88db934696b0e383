/** What the backend `auto` measured and chose, as a table for people. */
import type { Choice } from '@ascent-rl/core/auto';

/** One row a backend, one column a program, times of one run; ▸ marks where it runs. No rows for no choices. */
export function choiceTable(choices: readonly Choice[]): readonly string[] {
  if (choices.length === 0) return [];
  const names = [...new Set(choices.flatMap(({ times }) => Object.keys(times)))];
  const remembered = choices.every(({ isRemembered }) => isRemembered) ? 'measured earlier' : 'measured now';
  const rows = [
    [remembered, ...choices.map(({ purpose }) => `  ${purpose}`)],
    ...names.map((name) => [
      name,
      ...choices.map(({ backend, times }) => `${backend === name ? '▸' : ' '} ${cell(times[name])}`),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) => row.map((text, column) => text.padEnd(widths[column]!)).join('   '));
  const reasons = choices.flatMap(({ times }) =>
    Object.values(times).filter((time) => typeof time === 'string'),
  );
  return [...table, ...new Set(reasons.map((reason) => reason.split('\n', 1)[0]!))].map((row) =>
    row.trimEnd(),
  );
}

function cell(time: number | string | undefined): string {
  if (typeof time !== 'number') return 'cannot';
  const digits = time < 10 ? 1 : 0;
  return time < 10_000 ? `${time.toFixed(digits)} µs` : `${(time / 1000).toFixed(0)} ms`;
}
