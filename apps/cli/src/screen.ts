/** The terminal as a screen to draw on: its other page, without a cursor, which is left as it was found. */
import type { TerminalColors } from '@ascent-rl/recording';
import type { Output, Surroundings } from './surroundings.ts';

const escape = '\u001b[';
const open = `${escape}?1049h${escape}?25l`;
const close = `${escape}?25h${escape}?1049l`;

/** A screen. */
export interface Screen {
  /** Characters of a line. */
  readonly columns: number;
  /** Lines. */
  readonly rows: number;
  /** Shows these lines; only those that changed are written. */
  draw(lines: readonly string[]): void;
}

/** Whether an output is a terminal that can be drawn on. */
export function isDrawable({ stdout, variables }: Surroundings): boolean {
  return stdout.isTTY === true && variables['TERM'] !== 'dumb';
}

/** What colours a terminal promises by the usual environment variables. */
export function terminalColors(variables: Surroundings['variables']): TerminalColors {
  if (variables['NO_COLOR']) return 'none';
  return /truecolor|24bit/.test(variables['COLORTERM'] ?? '') ? 'truecolor' : 'xterm256';
}

/** Does some work with a screen; the terminal is as before in the end, also after an error. */
export async function onScreen(stdout: Output, work: (screen: Screen) => Promise<void>): Promise<void> {
  let shown: readonly string[] = [];
  let size = '';
  const screen: Screen = {
    get columns() {
      return stdout.columns ?? 80;
    },
    get rows() {
      return stdout.rows ?? 24;
    },
    draw(lines) {
      const isResized = size !== (size = `${screen.columns} x ${screen.rows}`);
      if (isResized) shown = [];
      const changed = lines.flatMap((line, i) =>
        line === shown[i] ? [] : [`${escape}${i + 1};1H${line}${escape}K`],
      );
      stdout.write((isResized ? `${escape}2J` : '') + changed.join(''));
      shown = lines;
    },
  };
  stdout.write(open);
  try {
    await work(screen);
  } finally {
    stdout.write(close);
  }
}
