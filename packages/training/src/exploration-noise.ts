/**
 * Noise that a deterministic policy explores with, in units of its actions (half of each range).
 *
 * Shapes: N environments, A numbers in an action.
 */
import type { Generator } from '@ascent-rl/core/random';
import type { z } from 'zod';
import { restoreArray, type Stateful } from './checkpoint.ts';
import type { explorationNoiseFields } from './off-policy-config.ts';

/** Options of the noise; see {@link explorationNoiseFields}. */
export type ExplorationNoiseConfig = {
  readonly [K in keyof typeof explorationNoiseFields]: z.output<(typeof explorationNoiseFields)[K]>;
};

/** A process of noise in each environment. */
export interface ExplorationNoise extends Stateful {
  /** Adds noise to actions [N, A], which then are kept within ±1. */
  addTo(actions: Float32Array): void;
  /** Starts anew in the environments whose episode ended: two flags [N]. */
  restart(terminated: ArrayLike<number>, truncated: ArrayLike<number>): void;
}

/** What noise is made of. */
export interface NoiseOptions {
  /** N */
  readonly environments: number;
  /** A */
  readonly actionSize: number;
  /** σ, at least 0. */
  readonly deviation: number;
  readonly random: Generator;
}

/** Independent normal numbers N(0, σ²). */
export function gaussianNoise({ deviation, random }: NoiseOptions): ExplorationNoise {
  return {
    addTo(actions) {
      for (let i = 0; i < actions.length; i++) {
        actions[i] = withinOne(actions[i]! + deviation * random.standardNormal());
      }
    },
    restart: () => undefined,
    state: () => ({}),
    restore: () => undefined,
  };
}

/** The constants of an Ornstein-Uhlenbeck process. */
export interface OrnsteinUhlenbeckOptions extends NoiseOptions {
  /** θ, how fast it returns to 0. */
  readonly reversion: number;
  /** Δt, the time of a step. */
  readonly timeStep: number;
}

/**
 * The Ornstein-Uhlenbeck process x ← x − θ x Δt + σ √Δt ε, from 0 at the start of each episode, one process in each
 * environment (Uhlenbeck and Ornstein 1930; Lillicrap et al. 2016, section 3, with Δt = 1).
 */
export function ornsteinUhlenbeckNoise({
  environments,
  actionSize,
  deviation,
  random,
  reversion,
  timeStep,
}: OrnsteinUhlenbeckOptions): ExplorationNoise {
  const process = new Float64Array(environments * actionSize);
  const spread = deviation * Math.sqrt(timeStep);
  return {
    addTo(actions) {
      for (let i = 0; i < actions.length; i++) {
        process[i] = process[i]! * (1 - reversion * timeStep) + spread * random.standardNormal();
        actions[i] = withinOne(actions[i]! + process[i]!);
      }
    },
    restart(terminated, truncated) {
      for (let e = 0; e < environments; e++) {
        if (terminated[e] || truncated[e]) process.fill(0, e * actionSize, (e + 1) * actionSize);
      }
    },
    state: () => ({ 'exploration.process': process }),
    restore: (snapshot) => restoreArray(snapshot, 'exploration.process', process),
  };
}

/**
 * Deviation of noise that knows of no step before: as each episode starts, so σ √Δt for an Ornstein-Uhlenbeck process;
 * 0 for none.
 */
export function firstDeviation({
  noise,
  noiseDeviation,
  noiseTimeStep,
}: Omit<ExplorationNoiseConfig, 'noiseReversion'>): number {
  return { none: 0, normal: noiseDeviation, ornsteinUhlenbeck: noiseDeviation * Math.sqrt(noiseTimeStep) }[
    noise
  ];
}

/** The process that a configuration asks for. */
export type ExplorationOptions = Omit<NoiseOptions, 'deviation'> & ExplorationNoiseConfig;

/** The noise of a configuration; undefined for none. */
export function explorationNoise({
  noise,
  noiseDeviation: deviation,
  noiseReversion: reversion,
  noiseTimeStep: timeStep,
  ...options
}: ExplorationOptions): ExplorationNoise | undefined {
  if (noise === 'none') return undefined;
  if (noise === 'normal') return gaussianNoise({ ...options, deviation });
  return ornsteinUhlenbeckNoise({ ...options, deviation, reversion, timeStep });
}

/** Written so that NaN stays NaN. */
function withinOne(value: number): number {
  return value > 1 ? 1 : value < -1 ? -1 : value;
}
