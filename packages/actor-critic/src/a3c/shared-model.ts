/**
 * A model that several threads read and change without locks: parameters, RMSProp's statistics and the count of steps in
 * one SharedArrayBuffer. Recht et al. 2011, "Hogwild!"; Mnih et al. 2016, section 4, "Shared RMSProp".
 *
 *   u32 steps · f32 parameters [P] · f32 average squared gradients [P]
 *
 * A thread may overwrite what another has just written, and read parameters of which some are newer than others. Single
 * numbers stay whole, and gradients are small, so training does not mind.
 */

/** Views of the shared memory. */
export interface SharedModel {
  readonly buffer: SharedArrayBuffer;
  /** Environment steps taken by all threads, [1]. */
  readonly steps: Uint32Array;
  /** θ, [P]. */
  readonly parameters: Float32Array;
  /** Moving average of the squared gradient, [P]. */
  readonly squareAverage: Float32Array;
}

/** A model of P parameters, filled with zeros. */
export function sharedModel(size: number): SharedModel {
  return viewSharedModel(new SharedArrayBuffer(4 + 8 * size));
}

/** The model in a buffer that another thread has made. */
export function viewSharedModel(buffer: SharedArrayBuffer): SharedModel {
  const size = (buffer.byteLength - 4) / 8;
  return {
    buffer,
    steps: new Uint32Array(buffer, 0, 1),
    parameters: new Float32Array(buffer, 4, size),
    squareAverage: new Float32Array(buffer, 4 + 4 * size, size),
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
