/**
 * MountainCar and MountainCarContinuous: leave a valley in a car that is too weak to drive up its side at once.
 *
 * Source: Moore (1990), PhD thesis; numbers and order of operations as Gymnasium's MountainCar-v0 and
 * MountainCarContinuous-v0 under NumPy 1.x (NumPy 2 computes the latter's steps in float32). State, and observation in
 * float32: x in [-1.2, 0.6], ẋ in [-0.07, 0.07]. Action: 0 pushes left, 1 not, 2 right; or a force a, clipped to [-1, 1].
 *
 *   ẋ ← clip(ẋ + push - 0.0025 cos 3x),   x ← clip(x + ẋ),   ẋ ← 0 at the left wall;   push = ±0.001 or 0, or 0.0015 a
 */
import type { Dynamics } from '../dynamics.ts';
import { resolveOptions } from '../options.ts';
import { box } from '../spaces/box.ts';
import { discrete } from '../spaces/choices.ts';

const minPosition = -1.2;
const maxPosition = 0.6;
const maxSpeed = 0.07;
const gravity = 0.0025;

/** Options of {@link mountainCar} and {@link mountainCarContinuous}. */
export interface MountainCarOptions {
  /** Least velocity with which the goal counts as reached. Default 0. */
  readonly goalVelocity?: number;
}

/** The dynamics of MountainCar: reward -1 a step until x ≥ 0.5. */
export function mountainCar(options: MountainCarOptions = {}): Dynamics {
  const { goalVelocity } = resolveOptions('MountainCar', options, { goalVelocity: 0 });
  return {
    ...valley,
    actionSpace: discrete(3),
    step(state, actions, rewards, terminated, count) {
      for (let row = 0; row < count; row++) {
        drive(state, 2 * row, (actions[row]! - 1) * 0.001);
        terminated[row] = state[2 * row]! >= 0.5 && state[2 * row + 1]! >= goalVelocity ? 1 : 0;
        rewards[row] = -1;
      }
    },
  };
}

/** The dynamics of MountainCarContinuous: reward -0.1 a² a step (a before clipping), and 100 more where x ≥ 0.45. */
export function mountainCarContinuous(options: MountainCarOptions = {}): Dynamics {
  const { goalVelocity } = resolveOptions('MountainCarContinuous', options, { goalVelocity: 0 });
  return {
    ...valley,
    actionSpace: box({ low: -1, high: 1, shape: [1] }),
    step(state, actions, rewards, terminated, count) {
      for (let row = 0; row < count; row++) {
        const action = actions[row]!;
        drive(state, 2 * row, (action < -1 ? -1 : action > 1 ? 1 : action) * 0.0015);
        const isOver = state[2 * row]! >= 0.45 && state[2 * row + 1]! >= goalVelocity;
        terminated[row] = isOver ? 1 : 0;
        rewards[row] = (isOver ? 100 : 0) - action * action * 0.1;
        // Gymnasium keeps this state in float32, after looking at it.
        state[2 * row] = Math.fround(state[2 * row]!);
        state[2 * row + 1] = Math.fround(state[2 * row + 1]!);
      }
    },
  };
}

/** What both have in common. */
const valley: Pick<Dynamics, 'stateSize' | 'observationSpace' | 'reset' | 'observe'> = {
  stateSize: 2,
  observationSpace: box({ low: [minPosition, -maxSpeed], high: [maxPosition, maxSpeed] }),
  reset(random, state, row) {
    state[2 * row] = random.uniform(-0.6, -0.4);
    state[2 * row + 1] = 0;
  },
  observe(state, observations, start, stop) {
    for (let i = 2 * start; i < 2 * stop; i++) observations[i] = state[i]!;
  },
};

/** One step of the car whose state starts at `at`. */
function drive(state: Float64Array, at: number, push: number): void {
  const before = state[at]!;
  let velocity = state[at + 1]! + (push - gravity * Math.cos(3 * before));
  if (velocity > maxSpeed) velocity = maxSpeed;
  if (velocity < -maxSpeed) velocity = -maxSpeed;
  let position = before + velocity;
  if (position > maxPosition) position = maxPosition;
  if (position < minPosition) position = minPosition;
  if (position === minPosition && velocity < 0) velocity = 0;
  state[at] = position;
  state[at + 1] = velocity;
}
