/** Grids: what the environments have in common in which one walks between neighbouring cells. */
import { ConfigError } from '@ascent-rl/core/errors';
import type { FiniteModel, Outcome } from './finite-model.ts';

/** One step in a grid: rows down, columns to the right. */
export interface Direction {
  /** Rows to go down. */
  readonly down: number;
  /** Columns to go right. */
  readonly right: number;
}

export const up: Direction = { down: -1, right: 0 };
export const right: Direction = { down: 0, right: 1 };
export const down: Direction = { down: 1, right: 0 };
export const left: Direction = { down: 0, right: -1 };

/** What a grid consists of; its states are its cells, row by row. */
export interface Grid {
  /** Cells from top to bottom. */
  readonly rows: number;
  /** Cells from left to right. */
  readonly columns: number;
  /** Where the actions lead, in the order of a turn, so that neighbours in the list are at right angles. */
  readonly directions: readonly Direction[];
  /** With which probability one goes where one wants; otherwise to either side of it alike. 1: always. */
  readonly success: number;
  /** The probability of each cell at the start of an episode. */
  readonly initial: readonly number[];
  /** What comes of a move from one cell to another, or to the same where the grid ends. */
  readonly arrive: (from: number, to: number) => Omit<Outcome, 'probability'>;
  /** Whether there is nothing to come after a cell: every action stays there for no reward. */
  readonly isFinal: (cell: number) => boolean;
}

/** The model of a grid. */
export function gridModel({
  rows,
  columns,
  directions,
  success,
  initial,
  arrive,
  isFinal,
}: Grid): FiniteModel {
  const count = directions.length;
  const move = (cell: number, action: number): Omit<Outcome, 'probability'> => {
    const { down: byRows, right: byColumns } = directions[action % count]!;
    const row = clamp(Math.floor(cell / columns) + byRows, rows);
    const column = clamp((cell % columns) + byColumns, columns);
    return arrive(cell, row * columns + column);
  };
  const outcomes = (cell: number, action: number): readonly Outcome[] => {
    if (isFinal(cell)) return [{ probability: 1, next: cell, reward: 0, terminated: true }];
    if (success === 1) return [{ probability: 1, ...move(cell, action) }];
    const aside = (1 - success) / 2;
    return [
      { probability: aside, ...move(cell, action + count - 1) },
      { probability: success, ...move(cell, action) },
      { probability: aside, ...move(cell, action + 1) },
    ];
  };
  return {
    initial,
    actions: count,
    outcomes: initial.flatMap((_, cell) => directions.map((__, action) => outcomes(cell, action))),
  };
}

/** Rows of equal length from a text in which / parts them. Raises ConfigError for others, or for other letters. */
export function parseMap(name: string, map: string, letters: string): readonly string[] {
  const rows = map.split('/');
  const wrong = [...map].find((letter) => letter !== '/' && !letters.includes(letter));
  if (wrong !== undefined) {
    throw new ConfigError(
      `${name}: expected a map of the letters ${letters}, rows parted by /, got "${wrong}"`,
    );
  }
  const other = rows.find((row) => row.length !== rows[0]!.length || row.length === 0);
  if (other !== undefined) {
    throw new ConfigError(
      `${name}: expected a map of rows of equal length parted by /, got a row "${other}"`,
    );
  }
  return rows;
}

/** Equal probabilities for the cells with a letter. Raises ConfigError when there is none. */
export function startOn(name: string, cells: string, letter: string): readonly number[] {
  const count = [...cells].filter((cell) => cell === letter).length;
  if (count === 0) throw new ConfigError(`${name}: expected a map with a start ${letter}, got one without`);
  return Array.from(cells, (cell) => (cell === letter ? 1 / count : 0));
}

/** Raises ConfigError unless an option is a probability. */
export function expectProbability(name: string, option: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new ConfigError(`${name}: expected ${option} to be a probability from 0 to 1, got ${value}`);
  }
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}
