/**
 * GridWorld: a small world to learn from, whose values can be worked out by hand.
 *
 * By default the 4x3 world of Russell and Norvig, Artificial Intelligence: A Modern Approach (3rd ed. 2010), §17.1: a
 * wall in the middle, an exit with reward 1 and one with -1; moves go astray to either side with probability 0.1 each.
 * State and observation: the cell, row by row. Action: 0 up, 1 right, 2 down, 3 left.
 */
import { resolveOptions } from '../options.ts';
import { finiteDynamics, type FiniteDynamics } from './finite-model.ts';
import { down, expectProbability, gridModel, left, parseMap, right, startOn, up } from './grid.ts';

/** The world of the book. */
export const bookMap = '...+/.#.-/S...';

/** Options of {@link gridWorld}. */
export interface GridWorldOptions {
  /**
   * Rows parted by /: S start (one of them at random if there are several), . floor, # wall, + exit with reward 1,
   * - exit with reward -1. Default `...+/.#.-/S...`.
   */
  readonly map?: string;
  /** With which probability one goes where one wants; otherwise to either side of it. Default 0.8. */
  readonly successRate?: number;
  /** For every step, also for one to an exit. Default -0.04. */
  readonly stepReward?: number;
}

/**
 * The dynamics of GridWorld: reward -0.04 a step, and 1 more or less at an exit, which ends the episode. Walls and the
 * edge stop a move.
 *
 * @throws ConfigError for a map with other letters, rows of unequal length or no start, and for no probability.
 */
export function gridWorld(options: GridWorldOptions = {}): FiniteDynamics {
  const { map, successRate, stepReward } = resolveOptions('GridWorld', options, {
    map: bookMap,
    successRate: 0.8,
    stepReward: -0.04,
  });
  expectProbability('GridWorld', 'successRate', successRate);
  const lines = parseMap('GridWorld', map, 'S.#+-');
  const cells = lines.join('');
  const isExit = (cell: number): boolean => cells[cell] === '+' || cells[cell] === '-';
  const model = gridModel({
    rows: lines.length,
    columns: lines[0]!.length,
    directions: [up, right, down, left],
    success: successRate,
    initial: startOn('GridWorld', cells, 'S'),
    arrive: (from, to) => ({
      next: cells[to] === '#' ? from : to,
      reward: stepReward + (cells[to] === '+' ? 1 : cells[to] === '-' ? -1 : 0),
      terminated: isExit(to),
    }),
    isFinal: isExit,
  });
  return finiteDynamics(model);
}
