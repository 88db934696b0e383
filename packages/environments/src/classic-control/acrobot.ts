/**
 * Acrobot: swing up two links that hang from a fixed joint, by a motor in the joint between them.
 *
 * Source: Sutton (1996); Sutton and Barto (1998), §11.3; numbers and order of operations as Gymnasium's
 * Acrobot-v1. State: θ₁ (rad, 0 hangs down), θ₂ (rad, relative to the first link), θ̇₁ (rad/s, at most 4π), θ̇₂ (at most
 * 9π). Observation, float32: cos θ₁, sin θ₁, cos θ₂, sin θ₂, θ̇₁, θ̇₂. Action: torque τ of -1, 0 or 1 N m. One Runge-Kutta
 * step of 0.2 s; both links 1 m, 1 kg, moment of inertia 1, centre of mass in the middle:
 *
 *   d₁ = 3.5 + cos θ₂,   d₂ = 1.25 + 0.5 cos θ₂,   φ₂ = 4.9 cos(θ₁ + θ₂ - π/2)
 *   φ₁ = -0.5 θ̇₂² sin θ₂ - θ̇₁ θ̇₂ sin θ₂ + 14.7 cos(θ₁ - π/2) + φ₂
 *   θ̈₂ = (τ + d₂ φ₁ / d₁ - 0.5 θ̇₁² sin θ₂ - φ₂) / (1.25 - d₂² / d₁),   θ̈₁ = -(d₂ θ̈₂ + φ₁) / d₁
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Dynamics } from '../dynamics.ts';
import { resolveOptions } from '../options.ts';
import { box } from '../spaces/box.ts';
import { discrete } from '../spaces/choices.ts';

const timeStep = 0.2;
const quarterTurn = Math.PI / 2;
const maxSpeed1 = 4 * Math.PI;
const maxSpeed2 = 9 * Math.PI;
/** Gravity on the second link: m l_c g. */
const weight2 = 0.5 * 9.8;
/** Gravity on both links at the first joint: (m l_c + m l) g. */
const weight1 = 1.5 * 9.8;

/** Options of {@link acrobot}. */
export interface AcrobotOptions {
  /**
   * The equations of Sutton and Barto's book, or those of the paper of 1996 at NIPS, which have no term -0.5 θ̇₁² sin θ₂.
   * Default `book`.
   */
  readonly equations?: 'book' | 'nips';
}

/**
 * The dynamics of Acrobot: reward -1 a step until the tip is more than a link's length above the joint, 0 then.
 *
 * @throws ConfigError for other equations.
 */
export function acrobot(options: AcrobotOptions = {}): Dynamics {
  const { equations } = resolveOptions('Acrobot', options, { equations: 'book' });
  if (equations !== 'book' && equations !== 'nips') {
    throw new ConfigError(`Acrobot: expected equations to be book or nips, got "${equations}"`);
  }
  const centrifugal = equations === 'book' ? 0.5 : 0;
  const high = [1, 1, 1, 1, maxSpeed1, maxSpeed2];
  /** θ̈₁ and θ̈₂ of the state last given to {@link accelerate}. */
  let acceleration1 = 0;
  let acceleration2 = 0;

  const accelerate = (
    angle1: number,
    angle2: number,
    speed1: number,
    speed2: number,
    torque: number,
  ): void => {
    const cosine = Math.cos(angle2);
    const sine = Math.sin(angle2);
    const d1 = 0.25 + (1.25 + cosine) + 1 + 1;
    const d2 = 0.25 + 0.5 * cosine + 1;
    const phi2 = weight2 * Math.cos(angle1 + angle2 - quarterTurn);
    const phi1 =
      -0.5 * (speed2 * speed2) * sine -
      speed2 * speed1 * sine +
      weight1 * Math.cos(angle1 - quarterTurn) +
      phi2;
    acceleration2 =
      (torque + (d2 / d1) * phi1 - centrifugal * (speed1 * speed1) * sine - phi2) / (1.25 - (d2 * d2) / d1);
    acceleration1 = -(d2 * acceleration2 + phi1) / d1;
  };
  return {
    stateSize: 4,
    observationSpace: box({ low: high.map((limit) => -limit), high }),
    actionSpace: discrete(3),
    reset(random, state, row) {
      for (let i = 4 * row; i < 4 * row + 4; i++) state[i] = Math.fround(random.uniform(-0.1, 0.1));
    },
    step(state, actions, rewards, terminated, count) {
      for (let row = 0; row < count; row++) {
        const at = 4 * row;
        const torque = actions[row]! - 1;
        const angle1 = state[at]!;
        const angle2 = state[at + 1]!;
        const speed1 = state[at + 2]!;
        const speed2 = state[at + 3]!;

        const half = timeStep / 2;
        accelerate(angle1, angle2, speed1, speed2, torque);
        const firstAcceleration1 = acceleration1;
        const firstAcceleration2 = acceleration2;
        const secondSpeed1 = speed1 + half * firstAcceleration1;
        const secondSpeed2 = speed2 + half * firstAcceleration2;
        accelerate(angle1 + half * speed1, angle2 + half * speed2, secondSpeed1, secondSpeed2, torque);
        const secondAcceleration1 = acceleration1;
        const secondAcceleration2 = acceleration2;
        const thirdSpeed1 = speed1 + half * secondAcceleration1;
        const thirdSpeed2 = speed2 + half * secondAcceleration2;
        accelerate(
          angle1 + half * secondSpeed1,
          angle2 + half * secondSpeed2,
          thirdSpeed1,
          thirdSpeed2,
          torque,
        );
        const thirdAcceleration1 = acceleration1;
        const thirdAcceleration2 = acceleration2;
        const lastSpeed1 = speed1 + timeStep * thirdAcceleration1;
        const lastSpeed2 = speed2 + timeStep * thirdAcceleration2;
        accelerate(
          angle1 + timeStep * thirdSpeed1,
          angle2 + timeStep * thirdSpeed2,
          lastSpeed1,
          lastSpeed2,
          torque,
        );

        const sixth = timeStep / 6;
        const nextAngle1 = wrap(angle1 + sixth * (speed1 + 2 * secondSpeed1 + 2 * thirdSpeed1 + lastSpeed1));
        const nextAngle2 = wrap(angle2 + sixth * (speed2 + 2 * secondSpeed2 + 2 * thirdSpeed2 + lastSpeed2));
        state[at] = nextAngle1;
        state[at + 1] = nextAngle2;
        state[at + 2] = clip(
          speed1 +
            sixth * (firstAcceleration1 + 2 * secondAcceleration1 + 2 * thirdAcceleration1 + acceleration1),
          maxSpeed1,
        );
        state[at + 3] = clip(
          speed2 +
            sixth * (firstAcceleration2 + 2 * secondAcceleration2 + 2 * thirdAcceleration2 + acceleration2),
          maxSpeed2,
        );
        const isOver = -Math.cos(nextAngle1) - Math.cos(nextAngle2 + nextAngle1) > 1;
        terminated[row] = isOver ? 1 : 0;
        rewards[row] = isOver ? 0 : -1;
      }
    },
    observe(state, observations, start, stop) {
      for (let row = start; row < stop; row++) {
        const angle1 = state[4 * row]!;
        const angle2 = state[4 * row + 1]!;
        observations[6 * row] = Math.cos(angle1);
        observations[6 * row + 1] = Math.sin(angle1);
        observations[6 * row + 2] = Math.cos(angle2);
        observations[6 * row + 3] = Math.sin(angle2);
        observations[6 * row + 4] = state[4 * row + 2]!;
        observations[6 * row + 5] = state[4 * row + 3]!;
      }
    },
  };
}

/** An angle in [-π, π], by whole turns one at a time: another order would round differently. */
function wrap(angle: number): number {
  let wrapped = angle;
  while (wrapped > Math.PI) wrapped -= 2 * Math.PI;
  while (wrapped < -Math.PI) wrapped += 2 * Math.PI;
  return wrapped;
}

function clip(value: number, limit: number): number {
  return value < -limit ? -limit : value > limit ? limit : value;
}
