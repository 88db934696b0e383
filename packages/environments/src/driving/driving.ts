/**
 * Driving: keep the lane of a winding country road, do not run into the slower cars ahead, and pass them when no car
 * comes the other way.
 *
 * A task after the two driving tasks of Eysenbach, Salakhutdinov, Levine, "Robust Predictable Control" (2021), which
 * reward a car for its way ahead in two-way traffic, or behind cars that it cannot pass; and after the car of
 * Lillicrap et al., "Continuous control with deep reinforcement learning" (2015), rewarded for its velocity along the
 * track. The numbers are our own. The car is a kinematic bicycle in road coordinates (Rajamani, Vehicle Dynamics and
 * Control (2nd ed. 2012), §2.2 and §2.5), by Euler steps of 0.1 s:
 *
 *   ṡ = v cos ψ / (1 - κ(s) y),   ẏ = v sin ψ,   ψ̇ = v k - κ(s) ṡ,   v̇ = a,   k = tan(δ) / L, at most g_lat / v²
 *
 * with s the way along the road (m), y the distance to the left of the lane's middle (m), ψ the angle to the left of the
 * road's direction (rad), v the speed (0 to 30 m/s), δ the steering angle (at most 0.3 rad), L = 2.7 m the wheelbase,
 * g_lat = 8 m/s² the grip of the tyres, a the acceleration (-6 to 3 m/s²), κ(s) = κ₀ sin(2π s / 400 m + φ) the road's
 * curvature to the left. Lanes are 4 m wide; the other lane, where cars come the other way, is to the left. A car is
 * 4.5 m long and 2 m wide. Cars ahead drive 15 + 5 sin(2π t / 20 s + χ) m/s, oncoming ones 20 m/s.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Dynamics } from '../dynamics.ts';
import { resolveOptions } from '../options.ts';
import { box } from '../spaces/box.ts';
import { isAlongside, moveCars, observeCars, placeCars, type Spacing } from './traffic.ts';

const timeStep = 0.1;
const wheelbase = 2.7;
const maxSteering = 0.3;
const grip = 8;
const maxSpeed = 30;
const maxAcceleration = 3;
const maxDeceleration = 6;
const laneWidth = 4;
const carLength = 4.5;
const carWidth = 2;
const waveLength = 400;
const sharpest = 0.01;
const startSpeed = 15;
const crashCost = 10;
/** Where the road's curvature is seen, in m ahead. */
const looksAhead = [0, 20, 40];
const aheadSpacing: Spacing = { smallest: 40, largest: 100 };
const oncomingSpacing: Spacing = { smallest: 150, largest: 400 };
const oncomingSpeed = 20;

/** Numbers of the state, in order; the distances of the cars ahead and of the oncoming ones follow. */
const way = 0;
const offset = 1;
const heading = 2;
const speed = 3;
const time = 4;
const roadPhase = 5;
const trafficPhase = 6;
const terms = 7;
const firstCar = 11;

/** Options of {@link driving}. */
export interface DrivingOptions {
  /** Cars ahead in the same lane, a whole number ≥ 0. Default 4. */
  readonly cars?: number;
  /** Oncoming cars in the other lane, a whole number ≥ 0. Default 4. */
  readonly oncoming?: number;
  /** Whether the other lane may be used; otherwise the road ends with the lane. Default true. */
  readonly passing?: boolean;
  /** The sharpest curvature κ₀ of the road in 1/m, 0 to 0.01. Default 0.005, that is, bends of 200 m radius. */
  readonly curvature?: number;
}

/**
 * The dynamics of Driving. The reward is a sum of four terms, which the info names:
 *
 * - `progress`: ṡ / (30 m/s), at most about 1 a step;
 * - `lane`: -0.1 min(1, (y / 2 m)²), for leaving the middle of the lane;
 * - `steering`: -0.05 times the square of the steering action, clipped;
 * - `crash`: -10 for touching a car, leaving the road (the car's middle is beyond its edge) or turning across it
 *   (|ψ| > π/2), which ends the episode.
 *
 * Action, clipped to ±1: steering (1 is fully left) and pedals (1 accelerates, -1 brakes fully). Observation, float32:
 * y / 4 m, ψ, v / 30, curvature · 100 m here, 20 and 40 m ahead; then for the cars ahead and for the oncoming ones the
 * distances of the two nearest / 200 m (1 where none is nearer) and their velocity relative to ours / 60.
 *
 * @throws ConfigError for a number of cars or a curvature that is out of range.
 */
export function driving(options: DrivingOptions = {}): Dynamics {
  const { cars, oncoming, passing, curvature } = resolveOptions('Driving', options, {
    cars: 4,
    oncoming: 4,
    passing: true,
    curvature: 0.005,
  });
  expectCars('cars', cars);
  expectCars('oncoming', oncoming);
  if (!(curvature >= 0 && curvature <= sharpest)) {
    throw new ConfigError(`Driving: expected curvature to be from 0 to ${sharpest}, got ${curvature}`);
  }
  const size = firstCar + cars + oncoming;
  const rightEdge = -laneWidth / 2;
  const leftEdge = passing ? (3 * laneWidth) / 2 : laneWidth / 2;
  const high = [3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

  return {
    stateSize: size,
    observationSpace: box({ low: high.map((limit, i) => (i === 2 ? 0 : -limit)), high }),
    actionSpace: box({ low: -1, high: 1, shape: [2] }),
    reset(random, state, row) {
      const at = row * size;
      state.fill(0, at, at + size);
      state[at + offset] = random.uniform(-0.5, 0.5);
      state[at + heading] = random.uniform(-0.05, 0.05);
      state[at + speed] = startSpeed;
      state[at + roadPhase] = random.uniform(0, 2 * Math.PI);
      state[at + trafficPhase] = random.uniform(0, 2 * Math.PI);
      placeCars(random, state, at + firstCar, cars, aheadSpacing);
      placeCars(random, state, at + firstCar + cars, oncoming, oncomingSpacing);
    },
    step(state, actions, rewards, terminated, count, generators) {
      for (let row = 0; row < count; row++) {
        const at = row * size;
        const ahead = at + firstCar;
        const steering = clip(actions[2 * row]!, 1);
        const pedals = clip(actions[2 * row + 1]!, 1);
        const v = state[at + speed]!;
        const y = state[at + offset]!;
        const angle = state[at + heading]!;
        const bend = bendAt(state, at, 0, curvature);
        const turn = clip(Math.tan(maxSteering * steering) / wheelbase, grip / (v * v));
        const along = (v * Math.cos(angle)) / (1 - bend * y);
        const nextOffset = y + timeStep * v * Math.sin(angle);
        const nextHeading = angle + timeStep * (v * turn - bend * along);
        const acceleration = pedals * (pedals > 0 ? maxAcceleration : maxDeceleration);

        const trafficSpeed = speedAhead(state, at);
        moveCars(generators[row]!, state, ahead, cars, timeStep * (trafficSpeed - along), aheadSpacing);
        const closing = timeStep * (-oncomingSpeed - along);
        moveCars(generators[row]!, state, ahead + cars, oncoming, closing, oncomingSpacing);
        state[at + way] = state[at + way]! + timeStep * along;
        state[at + offset] = nextOffset;
        state[at + heading] = nextHeading;
        state[at + speed] = Math.max(0, Math.min(maxSpeed, v + timeStep * acceleration));
        state[at + time] = state[at + time]! + timeStep;

        const isCrash =
          nextOffset < rightEdge ||
          nextOffset > leftEdge ||
          Math.abs(nextHeading) > Math.PI / 2 ||
          (nextOffset < carWidth && isAlongside(state, ahead, cars, carLength)) ||
          (nextOffset > laneWidth - carWidth && isAlongside(state, ahead + cars, oncoming, carLength));
        const fromMiddle = (2 * nextOffset) / laneWidth;
        const progress = along / maxSpeed;
        const lane = -0.1 * Math.min(1, fromMiddle * fromMiddle);
        const steeringCost = -0.05 * steering * steering;
        const crash = isCrash ? -crashCost : 0;
        state[at + terms] = progress;
        state[at + terms + 1] = lane;
        state[at + terms + 2] = steeringCost;
        state[at + terms + 3] = crash;
        rewards[row] = progress + lane + steeringCost + crash;
        terminated[row] = isCrash ? 1 : 0;
      }
    },
    observe(state, observations, start, stop) {
      for (let row = start; row < stop; row++) {
        const at = row * size;
        const into = row * high.length;
        const along = state[at + speed]! * Math.cos(state[at + heading]!);
        observations[into] = state[at + offset]! / laneWidth;
        observations[into + 1] = state[at + heading]!;
        observations[into + 2] = state[at + speed]! / maxSpeed;
        for (let i = 0; i < looksAhead.length; i++) {
          observations[into + 3 + i] = bendAt(state, at, looksAhead[i]!, curvature) / sharpest;
        }
        observeCars(state, at + firstCar, cars, observations, into + 6);
        observations[into + 8] = (speedAhead(state, at) - along) / (2 * maxSpeed);
        observeCars(state, at + firstCar + cars, oncoming, observations, into + 9);
        observations[into + 11] = (-oncomingSpeed - along) / (2 * maxSpeed);
      }
    },
    info(state, row) {
      const at = row * size + terms;
      return { progress: state[at]!, lane: state[at + 1]!, steering: state[at + 2]!, crash: state[at + 3]! };
    },
  };
}

/** The road's curvature some metres ahead. */
function bendAt(state: Float64Array, at: number, metres: number, curvature: number): number {
  return (
    curvature * Math.sin((2 * Math.PI * (state[at + way]! + metres)) / waveLength + state[at + roadPhase]!)
  );
}

/** The speed of the cars ahead. */
function speedAhead(state: Float64Array, at: number): number {
  return 15 + 5 * Math.sin((2 * Math.PI * state[at + time]!) / 20 + state[at + trafficPhase]!);
}

function clip(value: number, limit: number): number {
  return value < -limit ? -limit : value > limit ? limit : value;
}

function expectCars(option: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0 || count > 100) {
    throw new ConfigError(`Driving: expected ${option} to be a whole number from 0 to 100, got ${count}`);
  }
}
