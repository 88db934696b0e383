/**
 * Initial values of parameters.
 *
 * A dense weight is stored [in, out] (y = x W + b), a filter [out, in, height, width]. Fan-in is the number of
 * inputs that one output sums, fan-out the number of outputs that one input reaches.
 */
import type { Generator } from '../random/index.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';

/** Fills a parameter of the given shape, row-major. Equal generators give equal values. */
export type Initializer = (shape: Shape, random: Generator) => Float64Array;

const fill = (shape: Shape, draw: () => number): Float64Array =>
  Float64Array.from({ length: sizeOf(shape) }, draw);

/** The same number everywhere. */
export function constantInitializer(value: number): Initializer {
  return (shape) => new Float64Array(sizeOf(shape)).fill(value);
}

/** Zeros. */
export const zeros: Initializer = constantInitializer(0);

/** U(−bound, bound). */
export function uniform(bound: number): Initializer {
  return (shape, random) => fill(shape, () => random.uniform(-bound, bound));
}

/** U(±1/√fan-in), as for the hidden layers of DDPG (Lillicrap et al. 2016, supplement 7) and torch's layers. */
export function uniformFanIn(fanIn?: number): Initializer {
  return (shape, random) => uniform(1 / Math.sqrt(fanIn ?? fans(shape).fanIn))(shape, random);
}

/** U(±gain √(6 / (fan-in + fan-out))) (Glorot and Bengio 2010, eq. 16). */
export function glorotUniform(gain = 1): Initializer {
  return (shape, random) => {
    const { fanIn, fanOut } = fans(shape);
    return uniform(gain * Math.sqrt(6 / (fanIn + fanOut)))(shape, random);
  };
}

/** N(0, 2 / fan-in) (He et al. 2015, eq. 10). */
export function heNormal(): Initializer {
  return (shape, random) => {
    const deviation = Math.sqrt(2 / fans(shape).fanIn);
    return fill(shape, () => deviation * random.standardNormal());
  };
}

/**
 * A random matrix with orthonormal rows or columns, whichever are fewer, times `gain` (Saxe et al. 2014). Filters
 * are taken as a matrix [out, in · height · width].
 */
export function orthogonal(gain = 1): Initializer {
  return (shape, random) => {
    const rows = shape[0]!;
    const columns = sizeOf(shape) / rows;
    const short = Math.min(rows, columns);
    const long = Math.max(rows, columns);
    const basis = orthonormalVectors(short, long, random);
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        values[i * columns + j] = gain * (rows <= columns ? basis[i]![j]! : basis[j]![i]!);
      }
    }
    return values;
  };
}

/** Gram-Schmidt on normal vectors gives a rotation without preferred direction; done twice, it is exact to rounding. */
function orthonormalVectors(count: number, length: number, random: Generator): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from({ length }, () => random.standardNormal());
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) {
        const overlap = dot(vector, other);
        for (let i = 0; i < length; i++) vector[i]! -= overlap * other[i]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((x) => x / norm));
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function fans(shape: Shape): { fanIn: number; fanOut: number } {
  const [first = 1, second = 1, ...window] = shape;
  const area = sizeOf(window);
  return shape.length > 2 ? { fanIn: second * area, fanOut: first * area } : { fanIn: first, fanOut: second };
}
