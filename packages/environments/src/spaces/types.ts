/**
 * Spaces: what observations and actions may be, after Gymnasium. A space is plain data; the functions of `space.ts`
 * work on all kinds. Numbers lie flat in row-major order, whatever the shape.
 */

/** How a Box's numbers are kept. */
export type BoxType = 'float32' | 'float64' | 'uint8' | 'int32';

/** Real numbers within limits. A value is an array of product(shape) numbers, row-major. */
export interface Box {
  /** Tells kinds of spaces apart. */
  readonly kind: 'Box';
  /** Lengths of the axes; [] for a single number. */
  readonly shape: readonly number[];
  /** How the numbers are kept. */
  readonly dtype: BoxType;
  /** Lowest numbers, [product(shape)], rounded to the dtype; -∞ where there is no limit. */
  readonly low: readonly number[];
  /** Highest numbers, [product(shape)], rounded to the dtype; ∞ where there is no limit. */
  readonly high: readonly number[];
  /** As Gymnasium prints it. */
  toString(): string;
}

/** One choice of n: a value is a whole number from start to start + n - 1. */
export interface Discrete {
  /** Tells kinds of spaces apart. */
  readonly kind: 'Discrete';
  /** How many choices. */
  readonly n: number;
  /** The first choice. */
  readonly start: number;
  /** As Gymnasium prints it. */
  toString(): string;
}

/** Several choices: a value is an array of whole numbers, the i-th from 0 to nvec[i] - 1. */
export interface MultiDiscrete {
  /** Tells kinds of spaces apart. */
  readonly kind: 'MultiDiscrete';
  /** How many choices each. */
  readonly nvec: readonly number[];
  /** As Gymnasium prints it. */
  toString(): string;
}

/** Switches: a value is an array of n numbers, each 0 or 1. */
export interface MultiBinary {
  /** Tells kinds of spaces apart. */
  readonly kind: 'MultiBinary';
  /** How many switches. */
  readonly n: number;
  /** As Gymnasium prints it. */
  toString(): string;
}

/** Named parts, in the order of their sorted names: a value is a record. */
export interface Dict {
  /** Tells kinds of spaces apart. */
  readonly kind: 'Dict';
  /** The parts by name, sorted. */
  readonly spaces: Readonly<Record<string, Space>>;
  /** As Gymnasium prints it. */
  toString(): string;
}

/** Ordered parts: a value is an array. */
export interface Tuple {
  /** Tells kinds of spaces apart. */
  readonly kind: 'Tuple';
  /** The parts in order. */
  readonly spaces: readonly Space[];
  /** As Gymnasium prints it. */
  toString(): string;
}

/** Any space. */
export type Space = Box | Discrete | MultiDiscrete | MultiBinary | Dict | Tuple;

/** Numbers one can read and count: arrays and typed arrays. */
export type Numbers = ArrayLike<number>;

/** Numbers one can write. */
export type WritableNumbers = Float32Array | Float64Array;

/** The values of a space. */
export type ValueOf<S extends Space> = S extends Discrete
  ? number
  : S extends Dict
    ? Readonly<Record<string, unknown>>
    : S extends Tuple
      ? readonly unknown[]
      : Numbers;
