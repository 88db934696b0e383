/**
 * CliffWalking: walk along the edge of a cliff from one end to the other.
 *
 * Source: Sutton and Barto (2nd ed. 2018), example 6.6; rewards and random draws as Gymnasium's CliffWalking-v1 and
 * CliffWalkingSlippery-v1. State and observation: the cell of 4 rows and 12 columns, row by row; the start is at the
 * bottom left, the goal at the bottom right, the cliff between them. Action: 0 up, 1 right, 2 down, 3 left.
 */
import { resolveOptions } from '../options.ts';
import { finiteDynamics, type FiniteDynamics } from './finite-model.ts';
import { down, gridModel, left, right, up } from './grid.ts';

const rows = 4;
const columns = 12;
const start = 36;
const goal = 47;

/** Options of {@link cliffWalking}. */
export interface CliffWalkingOptions {
  /** Whether two thirds of the moves go to either side of where they were meant to. Default false. */
  readonly slippery?: boolean;
}

/** The dynamics of CliffWalking: reward -1 a step, -100 for a fall, which leads back to the start; the goal ends it. */
export function cliffWalking(options: CliffWalkingOptions = {}): FiniteDynamics {
  const { slippery } = resolveOptions('CliffWalking', options, { slippery: false });
  const model = gridModel({
    rows,
    columns,
    directions: [up, right, down, left],
    success: slippery ? 1 / 3 : 1,
    initial: Array.from({ length: rows * columns }, (_, cell) => (cell === start ? 1 : 0)),
    arrive: (_, to) =>
      to > start && to < goal
        ? { next: start, reward: -100, terminated: false }
        : { next: to, reward: -1, terminated: to === goal },
    isFinal: () => false,
  });
  return finiteDynamics(model);
}
