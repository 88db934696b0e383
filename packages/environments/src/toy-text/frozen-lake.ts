/**
 * FrozenLake: cross slippery ice to the goal without falling into a hole.
 *
 * Maps, rewards and random draws as Gymnasium's FrozenLake-v1 and FrozenLake8x8-v1. State and observation: the cell,
 * row by row. Action: 0 left, 1 down, 2 right, 3 up. On slippery ice a third of the moves goes where it was meant to,
 * the others to either side of it.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import { resolveOptions } from '../options.ts';
import { finiteDynamics, type FiniteDynamics } from './finite-model.ts';
import { down, expectProbability, gridModel, left, parseMap, right, startOn, up } from './grid.ts';

/** Maps by name. */
export const lakeMaps: Readonly<Record<string, string>> = {
  '4x4': 'SFFF/FHFH/FFFH/HFFG',
  '8x8': 'SFFFFFFF/FFFFFFFF/FFFHFFFF/FFFFFHFF/FFFHFFFF/FHHFFFHF/FHFFHFHF/FFFHFFFG',
};

/** Options of {@link frozenLake}. */
export interface FrozenLakeOptions {
  /**
   * `4x4`, `8x8`, or rows parted by /, such as `SFH/FFG`: S start, F frozen, H hole, G goal; see {@link randomLake}.
   * Default `4x4`.
   */
  readonly map?: string;
  /** Whether moves go astray. Default true. */
  readonly slippery?: boolean;
  /** With which probability a move on slippery ice goes where it was meant to. Default 1/3. */
  readonly successRate?: number;
  /** For reaching the goal. Default 1. */
  readonly goalReward?: number;
  /** For falling into a hole. Default 0. */
  readonly holeReward?: number;
  /** For any other step. Default 0. */
  readonly stepReward?: number;
}

/**
 * The dynamics of FrozenLake: reward 1 at the goal, else 0; the goal and the holes end the episode.
 *
 * @throws ConfigError for a map with other letters, rows of unequal length or no start, and for no probability.
 */
export function frozenLake(options: FrozenLakeOptions = {}): FiniteDynamics {
  const { map, slippery, successRate, goalReward, holeReward, stepReward } = resolveOptions(
    'FrozenLake',
    options,
    { map: '4x4', slippery: true, successRate: 1 / 3, goalReward: 1, holeReward: 0, stepReward: 0 },
  );
  expectProbability('FrozenLake', 'successRate', successRate);
  const lines = parseMap('FrozenLake', lakeMaps[map] ?? map, 'SFHG');
  const cells = lines.join('');
  const isFinal = (cell: number): boolean => cells[cell] === 'G' || cells[cell] === 'H';
  const model = gridModel({
    rows: lines.length,
    columns: lines[0]!.length,
    directions: [left, down, right, up],
    success: slippery ? successRate : 1,
    initial: startOn('FrozenLake', cells, 'S'),
    arrive: (_, to) => ({
      next: to,
      reward: cells[to] === 'G' ? goalReward : cells[to] === 'H' ? holeReward : stepReward,
      terminated: isFinal(to),
    }),
    isFinal,
  });
  return finiteDynamics(model);
}

/** What {@link randomLake} makes. */
export interface RandomLakeOptions {
  /** Cells from top to bottom and from left to right, at least 2. Default 8. */
  readonly size?: number;
  /** With which probability a cell is frozen, above 0. Default 0.8. */
  readonly frozen?: number;
  /** Chooses the map; the same map as Gymnasium's `generate_random_map` makes of it. Default 0. */
  readonly seed?: number;
}

/**
 * A random map, for the option `map` of {@link frozenLake}, in which the goal can be reached.
 *
 * @throws ConfigError for another size or probability.
 */
export function randomLake(options: RandomLakeOptions = {}): string {
  const { size, frozen, seed } = resolveOptions('randomLake', options, { size: 8, frozen: 0.8, seed: 0 });
  if (!Number.isSafeInteger(size) || size < 2) {
    throw new ConfigError(`randomLake: expected size to be a whole number ≥ 2, got ${size}`);
  }
  if (!(frozen > 0 && frozen <= 1)) {
    throw new ConfigError(`randomLake: expected frozen to be above 0 and at most 1, got ${frozen}`);
  }
  const random = generator(seed);
  for (;;) {
    const cells = Array.from({ length: size * size }, (): string => (random.random() < frozen ? 'F' : 'H'));
    cells[0] = 'S';
    cells[cells.length - 1] = 'G';
    if (isCrossable(cells, size)) {
      return Array.from({ length: size }, (_, row) =>
        cells.slice(row * size, (row + 1) * size).join(''),
      ).join('/');
    }
  }
}

/** Whether a way leads from the first cell to the last that avoids holes. */
function isCrossable(cells: readonly string[], size: number): boolean {
  const found = new Set([0]);
  for (const cell of found) {
    const column = cell % size;
    const neighbours = [
      cell - size,
      cell + size,
      column > 0 ? cell - 1 : -1,
      column < size - 1 ? cell + 1 : -1,
    ];
    for (const neighbour of neighbours) {
      if (cells[neighbour] !== undefined && cells[neighbour] !== 'H') found.add(neighbour);
    }
  }
  return found.has(cells.length - 1);
}
