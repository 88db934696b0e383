/**
 * CartPole: keep a pole upright on a cart that is pushed left or right.
 *
 * Source: Barto, Sutton, Anderson (1983); numbers and order of operations as Gymnasium's CartPole-v1. State, and
 * observation in float32: x (m), ẋ (m/s), θ (rad), θ̇ (rad/s). Action: 0 pushes left, 1 right, by 10 N.
 * Euler steps of 0.02 s in which positions move by the old velocities.
 *
 *   T = (F + m l θ̇² sin θ) / M,   θ̈ = (g sin θ - cos θ T) / (l (4/3 - m cos² θ / M)),   ẍ = T - m l θ̈ cos θ / M
 */
import type { Dynamics } from '../dynamics.ts';
import { resolveOptions } from '../options.ts';
import { box } from '../spaces/box.ts';
import { discrete } from '../spaces/choices.ts';

const gravity = 9.8;
const poleMass = 0.1;
const totalMass = poleMass + 1;
/** Half the pole's length. */
const length = 0.5;
const poleMassLength = poleMass * length;
const force = 10;
const timeStep = 0.02;
const angleLimit = (12 * 2 * Math.PI) / 360;
const positionLimit = 2.4;

/** Options of {@link cartPole}. */
export interface CartPoleOptions {
  /** Reward 0 a step and -1 at the end, as in Sutton and Barto, instead of 1 a step. Default false. */
  readonly suttonBartoReward?: boolean;
}

/** The dynamics of CartPole: reward 1 a step until the pole leans beyond 12° or the cart is 2.4 m away. */
export function cartPole(options: CartPoleOptions = {}): Dynamics {
  const { suttonBartoReward } = resolveOptions('CartPole', options, { suttonBartoReward: false });
  const rewardAlive = suttonBartoReward ? 0 : 1;
  const rewardAtEnd = suttonBartoReward ? -1 : 1;
  const limits = [positionLimit * 2, Infinity, angleLimit * 2, Infinity];
  return {
    stateSize: 4,
    observationSpace: box({ low: limits.map((limit) => -limit), high: limits }),
    actionSpace: discrete(2),
    reset(random, state, row) {
      for (let i = 4 * row; i < 4 * row + 4; i++) state[i] = random.uniform(-0.05, 0.05);
    },
    step(state, actions, rewards, terminated, count) {
      for (let row = 0; row < count; row++) {
        const at = 4 * row;
        const angle = state[at + 2]!;
        const angularVelocity = state[at + 3]!;
        const cosine = Math.cos(angle);
        const sine = Math.sin(angle);
        const push = actions[row] === 1 ? force : -force;
        const thrust = (push + poleMassLength * (angularVelocity * angularVelocity) * sine) / totalMass;
        const angularAcceleration =
          (gravity * sine - cosine * thrust) /
          (length * (4 / 3 - (poleMass * (cosine * cosine)) / totalMass));
        const acceleration = thrust - (poleMassLength * angularAcceleration * cosine) / totalMass;

        const position = state[at]! + timeStep * state[at + 1]!;
        const nextAngle = angle + timeStep * angularVelocity;
        state[at] = position;
        state[at + 1] = state[at + 1]! + timeStep * acceleration;
        state[at + 2] = nextAngle;
        state[at + 3] = angularVelocity + timeStep * angularAcceleration;
        const isOver =
          position < -positionLimit ||
          position > positionLimit ||
          nextAngle < -angleLimit ||
          nextAngle > angleLimit;
        terminated[row] = isOver ? 1 : 0;
        rewards[row] = isOver ? rewardAtEnd : rewardAlive;
      }
    },
    observe(state, observations, start, stop) {
      for (let i = 4 * start; i < 4 * stop; i++) observations[i] = state[i]!;
    },
  };
}
