/**
 * A model that several threads read and change without locks: parameters, RMSProp's statistics, those of observations and
 * returns, and the count of steps in one SharedArrayBuffer. Recht et al. 2011, "Hogwild!"; Mnih et al. 2016, section 4,
 * "Shared RMSProp".
 *
 *   f64 moments of observations [2 S + 1] · f64 moments of returns [3] · u32 steps · f32 parameters [P]
 *   · f32 average squared gradients [P]
 *
 * A thread may overwrite what another has just written, and read parameters of which some are newer than others. Single
 * numbers stay whole, and gradients are small, so training does not mind.
 */
import { unitMoments, type Moments } from '@ascent-rl/training';

/** Views of the shared memory. */
export interface SharedModel {
  readonly buffer: SharedArrayBuffer;
  /** Environment steps taken by all threads, [1]. */
  readonly steps: Uint32Array;
  /** θ, [P]. */
  readonly parameters: Float32Array;
  /** Moving average of the squared gradient, [P]. */
  readonly squareAverage: Float32Array;
  /** Mean and variance of observations, of S numbers. */
  readonly observations: Moments;
  /** Mean and variance of discounted returns, of one number. */
  readonly rewards: Moments;
}

/** A model of P parameters, filled with zeros, whose observations are of S numbers. */
export function sharedModel(size: number, observationSize: number): SharedModel {
  const buffer = new SharedArrayBuffer(bytesOfMoments(observationSize) + bytesOfMoments(1) + 4 + 8 * size);
  const model = viewSharedModel(buffer, observationSize);
  unitMoments(observationSize, model.observations);
  unitMoments(1, model.rewards);
  return model;
}

/** The model in a buffer that another thread has made. */
export function viewSharedModel(buffer: SharedArrayBuffer, observationSize: number): SharedModel {
  const rewards = bytesOfMoments(observationSize);
  const steps = rewards + bytesOfMoments(1);
  const parameters = steps + 4;
  const size = (buffer.byteLength - parameters) / 8;
  return {
    buffer,
    steps: new Uint32Array(buffer, steps, 1),
    parameters: new Float32Array(buffer, parameters, size),
    squareAverage: new Float32Array(buffer, parameters + 4 * size, size),
    observations: viewMoments(buffer, 0, observationSize),
    rewards: viewMoments(buffer, rewards, 1),
  };
}

function bytesOfMoments(size: number): number {
  return 8 * (2 * size + 1);
}

function viewMoments(buffer: SharedArrayBuffer, at: number, size: number): Moments {
  return {
    mean: new Float64Array(buffer, at, size),
    variance: new Float64Array(buffer, at + 8 * size, size),
    count: new Float64Array(buffer, at + 16 * size, 1),
  };
}

/** Constants of {@link descendShared}. */
export interface SharedRmsPropOptions {
  /** α */
  readonly learningRate: number;
  /** Decay of the average. */
  readonly decay: number;
  /** ε, inside the root. */
  readonly epsilon: number;
}

/** A step of RMSProp down `gradient` [P], without a lock: s ← d s + (1 − d) g², θ ← θ − α g / √(s + ε). */
export function descendShared(
  { parameters, squareAverage }: SharedModel,
  gradient: Float32Array,
  { learningRate, decay, epsilon }: SharedRmsPropOptions,
): void {
  for (let i = 0; i < gradient.length; i++) {
    const slope = gradient[i]!;
    const average = decay * squareAverage[i]! + (1 - decay) * slope * slope;
    squareAverage[i] = average;
    parameters[i] = parameters[i]! - (learningRate * slope) / Math.sqrt(average + epsilon);
  }
}
