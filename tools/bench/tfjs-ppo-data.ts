/** What the steps of `tfjs-step.ts` work on. */

/** A rollout of B rows, of which a step takes all, in the order of `index`. */
export interface PpoStepData {
  /** Flat, actor before critic; weight and bias of each of three layers. */
  readonly parameters: Float32Array;
  /** Shapes of the parameters, in that order. */
  readonly shapes: readonly (readonly number[])[];
  /** [B, 4] */
  readonly observation: Float32Array;
  /** [B], as all that follow. */
  readonly action: Float32Array;
  readonly oldLogProbability: Float32Array;
  readonly advantage: Float32Array;
  readonly valueTarget: Float32Array;
  readonly index: Float32Array;
}

/** Constants of a step. */
export interface PpoStepOptions {
  readonly batch: number;
  readonly actions: number;
  readonly clipRange: number;
  readonly valueWeight: number;
  readonly maxGradientNorm: number;
  readonly learningRate: number;
  readonly epsilon: number;
}

/** A way to do the step. */
export interface PpoStep {
  run(): void;
  /** The parameters now, flat. */
  parameters(): Float32Array;
}
