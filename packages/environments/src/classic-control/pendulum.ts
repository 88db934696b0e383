/**
 * Pendulum: swing a pendulum up and hold it there, with too weak a motor to lift it straight.
 *
 * Numbers and order of operations as Gymnasium's Pendulum-v1. State: θ (rad, 0 is up), θ̇ (rad/s, at most 8).
 * Observation, float32: cos θ, sin θ, θ̇; or pixels, the frame of now and that of a time step before. Action: torque u (N m), clipped to ±2. No episode ends by itself.
 *
 *   r = -(θ² + 0.1 θ̇² + 0.001 u²), θ in [-π, π);   θ̇ ← clip(θ̇ + (3 g / (2 l) sin θ + 3 / (m l²) u) Δt);   θ ← θ + θ̇ Δt
 */
import { ConfigError } from '@ascent-rl/core/errors';
import type { Dynamics } from '../dynamics.ts';
import { resolveOptions } from '../options.ts';
import { box } from '../spaces/box.ts';
import { paintPendulum, pendulumViewShape } from './pendulum-view.ts';

const maxSpeed = 8;
const maxTorque = 2;
const timeStep = 0.05;

/** Options of {@link pendulum}. */
export interface PendulumOptions {
  /** Acceleration of gravity g in m/s². Default 10. */
  readonly gravity?: number;
  /** What is seen: the state's numbers, or two frames of 32 × 32 grey pixels. Default `state`. */
  readonly observation?: 'state' | 'pixels';
}

type View = Pick<Dynamics, 'observationSpace' | 'observe'>;

/** What is seen of the state, by the name of the option. */
const views: Readonly<Record<Required<PendulumOptions>['observation'], View>> = {
  state: {
    observationSpace: box({ low: [-1, -1, -maxSpeed], high: [1, 1, maxSpeed] }),
    observe(state, observations, start, stop) {
      for (let row = start; row < stop; row++) {
        observations[3 * row] = Math.cos(state[2 * row]!);
        observations[3 * row + 1] = Math.sin(state[2 * row]!);
        observations[3 * row + 2] = state[2 * row + 1]!;
      }
    },
  },
  pixels: {
    observationSpace: box({ low: 0, high: 255, shape: pendulumViewShape, dtype: 'uint8' }),
    observe(state, observations, start, stop) {
      const [frames, height, width] = pendulumViewShape;
      for (let row = start; row < stop; row++) {
        for (let frame = 0; frame < frames; frame++) {
          const angle = state[2 * row]! - frame * timeStep * state[2 * row + 1]!;
          paintPendulum(angle, observations, (row * frames + frame) * height * width);
        }
      }
    },
  },
};

/**
 * The dynamics of Pendulum, of mass 1 kg and length 1 m.
 *
 * @throws ConfigError for an unknown option, or one outside its range.
 */
export function pendulum(options: PendulumOptions = {}): Dynamics {
  const { gravity, observation } = resolveOptions<Required<PendulumOptions>>('Pendulum', options, {
    gravity: 10,
    observation: 'state',
  });
  if (!Object.hasOwn(views, observation)) {
    throw new ConfigError(`Pendulum: expected observation state or pixels, got "${String(observation)}"`);
  }
  return {
    stateSize: 2,
    ...views[observation],
    actionSpace: box({ low: -maxTorque, high: maxTorque, shape: [1] }),
    reset(random, state, row) {
      state[2 * row] = random.uniform(-Math.PI, Math.PI);
      state[2 * row + 1] = random.uniform(-1, 1);
    },
    step(state, actions, rewards, terminated, count) {
      for (let row = 0; row < count; row++) {
        const angle = state[2 * row]!;
        const speed = state[2 * row + 1]!;
        const torque = clip(actions[row]!, maxTorque);
        const fromTop = modulo(angle + Math.PI, 2 * Math.PI) - Math.PI;
        rewards[row] = -(fromTop * fromTop + 0.1 * (speed * speed) + 0.001 * (torque * torque));
        const acceleration = ((3 * gravity) / 2) * Math.sin(angle) + 3 * torque;
        const nextSpeed = clip(speed + acceleration * timeStep, maxSpeed);
        state[2 * row] = angle + nextSpeed * timeStep;
        state[2 * row + 1] = nextSpeed;
        terminated[row] = 0;
      }
    },
  };
}

function clip(value: number, limit: number): number {
  return value < -limit ? -limit : value > limit ? limit : value;
}

/** Python's %: the remainder has the divisor's sign. */
function modulo(value: number, divisor: number): number {
  const remainder = value % divisor;
  return remainder !== 0 && remainder < 0 !== divisor < 0 ? remainder + divisor : remainder;
}
