/**
 * Taxi: fetch a passenger and bring them to their destination.
 *
 * Source: Dietterich, JAIR 13 (2000), §3.1; map, rewards and random draws as Gymnasium's Taxi-v4. Four stands: 0 red (at
 * row 0, column 0), 1 green (0, 4), 2 yellow (4, 0), 3 blue (4, 3). State and observation:
 * ((row · 5 + column) · 5 + passenger) · 4 + destination, where the passenger waits at a stand or, 4, sits in the taxi.
 * Action: 0 south, 1 north, 2 east, 3 west, 4 pick up, 5 drop off.
 */
import { resolveOptions } from '../options.ts';
import { finiteDynamics, type FiniteDynamics, type Outcome } from './finite-model.ts';
import { down, expectProbability, left, right, up, type Direction } from './grid.ts';

const size = 5;
/** Cells of the stands. */
export const stands: readonly number[] = [0, 4, 20, 23];
/** Where a passenger in the taxi is. */
export const inTaxi = 4;
/** Cells with a wall to their east: below row 0 between columns 1 and 2, and so on. */
export const wallsToEast: ReadonlySet<number> = new Set([1, 6, 15, 17, 20, 22]);
const directions = [down, up, right, left];
/** The actions to either side of a direction, first the left one. */
const sideways = [
  [2, 3],
  [3, 2],
  [1, 0],
  [0, 1],
];

/** Options of {@link taxi}. */
export interface TaxiOptions {
  /** Whether moves go astray. Default false. */
  readonly rainy?: boolean;
  /** With which probability a move in rain goes where it was meant to; otherwise to either side. Default 0.8. */
  readonly rainyProbability?: number;
}

/**
 * The dynamics of Taxi: reward -1 a step, -10 for picking up or dropping off where that is not possible, 20 for dropping
 * off at the destination, which ends the episode. In the info, `actionMask` of 6 numbers has a 1 for each action that
 * changes anything.
 *
 * @throws ConfigError when rainyProbability is no probability.
 */
export function taxi(options: TaxiOptions = {}): FiniteDynamics {
  const { rainy, rainyProbability } = resolveOptions('Taxi', options, {
    rainy: false,
    rainyProbability: 0.8,
  });
  expectProbability('Taxi', 'rainyProbability', rainyProbability);
  const success = rainy ? rainyProbability : 1;
  const states = Array.from({ length: size * size * 5 * 4 }, (_, state) => decode(state));
  const startWeights = states.map(({ passenger, destination }) =>
    passenger !== inTaxi && passenger !== destination ? 1 : 0,
  );
  const starts = startWeights.filter((weight) => weight === 1).length;
  const dynamics = finiteDynamics({
    initial: startWeights.map((weight) => weight / starts),
    actions: 6,
    outcomes: states.flatMap((place) =>
      [0, 1, 2, 3, 4, 5].map((action) =>
        action < 4 ? drive(place, action, success) : [serve(place, action)],
      ),
    ),
  });
  const allowed = states.map(actionMask);
  return {
    ...dynamics,
    maskActions(state, masks, count) {
      for (let row = 0; row < count; row++) masks.set(allowed[state[2 * row]!]!, 6 * row);
    },
    info: (state, row) => ({
      ...dynamics.info!(state, row),
      actionMask: allowed[state[2 * row]!]!.slice(),
    }),
  };
}

/** What a state means. */
interface Place {
  readonly cell: number;
  /** A stand, or 4 in the taxi. */
  readonly passenger: number;
  /** A stand. */
  readonly destination: number;
}

function decode(state: number): Place {
  return { cell: Math.floor(state / 20), passenger: Math.floor(state / 4) % 5, destination: state % 4 };
}

function encode({ cell, passenger, destination }: Place): number {
  return (cell * 5 + passenger) * 4 + destination;
}

function actionMask({ cell, passenger, destination }: Place): Int8Array {
  const atStand = stands.includes(cell);
  const canDropOff = passenger === inTaxi && (atStand || cell === stands[destination]);
  const drives = directions.map((direction) => move(cell, direction) !== cell);
  return Int8Array.from([...drives, stands[passenger] === cell, canDropOff], Number);
}

/** The cell to which a move leads; the same one where a wall is in the way. */
function move(cell: number, { down: byRows, right: byColumns }: Direction): number {
  const row = Math.floor(cell / size) + byRows;
  const column = (cell % size) + byColumns;
  const isBlocked =
    (byColumns === 1 && wallsToEast.has(cell)) || (byColumns === -1 && wallsToEast.has(cell - 1));
  return isBlocked || row < 0 || row >= size || column < 0 || column >= size
    ? cell
    : cell + size * byRows + byColumns;
}

function drive(place: Place, action: number, success: number): readonly Outcome[] {
  const reach = (probability: number, to: number): Outcome => ({
    probability,
    next: encode({ ...place, cell: to }),
    reward: -1,
    terminated: false,
  });
  const ahead = move(place.cell, directions[action]!);
  if (success === 1) return [reach(1, ahead)];
  // Where the way ahead is blocked, the taxi does not go astray either.
  const [toLeft, toRight] = sideways[action]!.map((aside) =>
    ahead === place.cell ? place.cell : move(place.cell, directions[aside]!),
  );
  const aside = (1 - success) / 2;
  return [reach(success, ahead), reach(aside, toLeft!), reach(aside, toRight!)];
}

/** Picking up (4) and dropping off (5). */
function serve(place: Place, action: number): Outcome {
  const { cell, passenger, destination } = place;
  const stand = stands.indexOf(cell);
  const become = (now: number, reward: number, terminated: boolean = false): Outcome => ({
    probability: 1,
    next: encode({ ...place, passenger: now }),
    reward,
    terminated,
  });
  if (action === 4) return stands[passenger] === cell ? become(inTaxi, -1) : become(passenger, -10);
  if (passenger !== inTaxi || stand < 0) return become(passenger, -10);
  return stand === destination ? become(stand, 20, true) : become(stand, -1);
}
