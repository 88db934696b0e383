/**
 * The meaning of each primitive: plain loops over row-major arrays. Slow and obvious on purpose; every backend is
 * compared with it. Arithmetic is done in double precision and rounded to the array's own when stored.
 *
 * A kernel is given its operands and its result once and returns the function that computes the one from the other.
 */
import { ShapeError } from '../errors.ts';
import type { Attributes, Convolution, Primitive } from '../tensor/primitives.ts';
import { keepAxes, sizeOf, stridesOf, type Shape } from '../tensor/shape.ts';

/** Row-major numbers of one precision. */
export type FloatArray = Float32Array | Float64Array;

/** An array with its shape. */
export interface Value {
  readonly shape: Shape;
  readonly data: FloatArray;
}

type Kernel<P extends Primitive> = (
  inputs: readonly Value[],
  attributes: Attributes[P],
  out: Value,
) => () => void;

const unary =
  (f: (x: number) => number) =>
  ([x]: readonly Value[], _: unknown, out: Value) =>
  () => {
    for (let i = 0; i < out.data.length; i++) out.data[i] = f(x!.data[i]!);
  };

const binary =
  (f: (x: number, y: number) => number) =>
  ([x, y]: readonly Value[], _: unknown, out: Value) => {
    const xAt = broadcastIndex(x!.shape, out.shape);
    const yAt = broadcastIndex(y!.shape, out.shape);
    return () => {
      for (let i = 0; i < out.data.length; i++) out.data[i] = f(x!.data[xAt[i]!]!, y!.data[yAt[i]!]!);
    };
  };

const reduction =
  (initial: number, f: (accumulated: number, x: number) => number) =>
  ([x]: readonly Value[], { axes }: { readonly axes: readonly number[] }, out: Value) => {
    const outAt = broadcastIndex(keepAxes(x!.shape, axes), x!.shape);
    const accumulator = new Float64Array(out.data.length);
    return () => {
      accumulator.fill(initial);
      for (let i = 0; i < outAt.length; i++) accumulator[outAt[i]!] = f(accumulator[outAt[i]!]!, x!.data[i]!);
      out.data.set(accumulator);
    };
  };

const copyFrom =
  <A>(indexOf: (inputs: readonly Value[], attributes: A, out: Value) => Int32Array) =>
  (inputs: readonly Value[], attributes: A, out: Value) => {
    const source = inputs[0]!.data;
    const index = indexOf(inputs, attributes, out);
    return () => {
      for (let i = 0; i < index.length; i++) out.data[i] = source[index[i]!]!;
    };
  };

/** The reference rule of every primitive. */
export const kernels: { readonly [P in Primitive]: Kernel<P> } = {
  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  abs: unary(Math.abs),
  tanh: unary(Math.tanh),
  add: binary((x, y) => x + y),
  sub: binary((x, y) => x - y),
  mul: binary((x, y) => x * y),
  div: binary((x, y) => x / y),
  max: binary(Math.max),
  min: binary(Math.min),
  less: binary((x, y) => (x < y ? 1 : 0)),
  equal: binary((x, y) => (x === y ? 1 : 0)),
  where([condition, a, b], _, out) {
    const [at, aAt, bAt] = [condition!, a!, b!].map(({ shape }) => broadcastIndex(shape, out.shape));
    return () => {
      for (let i = 0; i < out.data.length; i++) {
        out.data[i] = condition!.data[at![i]!] !== 0 ? a!.data[aAt![i]!]! : b!.data[bAt![i]!]!;
      }
    };
  },

  matmul([left, right], { transposeLeft, transposeRight }, out) {
    const [m, n] = [out.shape.at(-2)!, out.shape.at(-1)!];
    const k = left!.shape.at(transposeLeft ? -2 : -1)!;
    const batches = out.shape.length === 3 ? out.shape[0]! : 1;
    const [leftRow, leftColumn] = transposeLeft ? [1, m] : [k, 1];
    const [rightRow, rightColumn] = transposeRight ? [1, k] : [n, 1];
    const [a, b] = [left!.data, right!.data];
    const row = new Float64Array(n);
    return () => {
      for (let batch = 0; batch < batches; batch++) {
        for (let i = 0; i < m; i++) {
          row.fill(0);
          for (let p = 0; p < k; p++) {
            const x = a[batch * m * k + i * leftRow + p * leftColumn]!;
            const start = batch * k * n + p * rightRow;
            for (let j = 0; j < n; j++) row[j]! += x * b[start + j * rightColumn]!;
          }
          out.data.set(row, (batch * m + i) * n);
        }
      }
    };
  },

  sum: reduction(0, (sum, x) => sum + x),
  maxOver: reduction(-Infinity, Math.max),

  reshape:
    ([x], _, out) =>
    () =>
      out.data.set(x!.data),
  permute: copyFrom(([x], { axes }: Attributes['permute'], out) => {
    const strides = stridesOf(x!.shape);
    return indexMap(
      out.shape,
      axes.map((axis) => strides[axis]!),
    );
  }),
  broadcast: copyFrom(([x], _, out) => broadcastIndex(x!.shape, out.shape)),
  slice: copyFrom(([x], { start }: Attributes['slice'], out) => {
    const strides = stridesOf(x!.shape);
    const offset = start.reduce((sum, first, axis) => sum + first * strides[axis]!, 0);
    return indexMap(out.shape, strides, offset);
  }),
  pad([x], { before }, out) {
    const strides = stridesOf(out.shape);
    const offset = before.reduce((sum, count, axis) => sum + count * strides[axis]!, 0);
    const index = indexMap(x!.shape, strides, offset);
    return () => {
      out.data.fill(0);
      for (let i = 0; i < index.length; i++) out.data[index[i]!] = x!.data[i]!;
    };
  },
  concat(inputs, { axis }, out) {
    const strides = stridesOf(out.shape);
    let start = 0;
    const indices = inputs.map(({ shape }) => {
      const index = indexMap(shape, strides, start * strides[axis]!);
      start += shape[axis]!;
      return index;
    });
    return () => {
      inputs.forEach(({ data }, part) => {
        for (let i = 0; i < data.length; i++) out.data[indices[part]![i]!] = data[i]!;
      });
    };
  },
  gather([table, index], _, out) {
    const width = sizeOf(table!.shape.slice(1));
    return () => {
      index!.data.forEach((value, i) => {
        const row = checkRow('gather', value, table!.shape[0]!);
        out.data.set(table!.data.subarray(row * width, (row + 1) * width), i * width);
      });
    };
  },
  scatterAdd([index, updates], { rows }, out) {
    const width = sizeOf(out.shape.slice(1));
    return () => {
      out.data.fill(0);
      index!.data.forEach((value, i) => {
        const row = checkRow('scatterAdd', value, rows);
        for (let j = 0; j < width; j++) out.data[row * width + j]! += updates!.data[i * width + j]!;
      });
    };
  },

  conv2d([image, filter], attributes, out) {
    const taps = convolutionTaps(image!.shape, filter!.shape, out.shape, attributes);
    return () => {
      out.data.fill(0);
      taps((i, f, o) => (out.data[o]! += image!.data[i]! * filter!.data[f]!));
    };
  },
  conv2dInputGradient([outputGradient, filter], attributes, out) {
    const taps = convolutionTaps(out.shape, filter!.shape, outputGradient!.shape, attributes);
    return () => {
      out.data.fill(0);
      taps((i, f, o) => (out.data[i]! += outputGradient!.data[o]! * filter!.data[f]!));
    };
  },
  conv2dFilterGradient([image, outputGradient], attributes, out) {
    const taps = convolutionTaps(image!.shape, out.shape, outputGradient!.shape, attributes);
    return () => {
      out.data.fill(0);
      taps((i, f, o) => (out.data[f]! += image!.data[i]! * outputGradient!.data[o]!));
    };
  },

  constant:
    (_, { data }, out) =>
    () =>
      out.data.set(data),
  iota(_, { axis }, out) {
    const stride = stridesOf(out.shape)[axis]!;
    return () => {
      for (let i = 0; i < out.data.length; i++) out.data[i] = Math.floor(i / stride) % out.shape[axis]!;
    };
  },
  stopGradient:
    ([x], _, out) =>
    () =>
      out.data.set(x!.data),
};

/** For each element of an array of the given shape, in row-major order: offset + Σ position · stride. */
function indexMap(shape: Shape, strides: readonly number[], offset = 0): Int32Array {
  const index = new Int32Array(sizeOf(shape));
  const position = new Array<number>(shape.length).fill(0);
  let at = offset;
  for (let i = 0; i < index.length; i++) {
    index[i] = at;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
  return index;
}

/** Where each element of the broadcast shape comes from. */
function broadcastIndex(from: Shape, to: Shape): Int32Array {
  const strides = stridesOf(from).map((stride, axis) => (from[axis] === 1 ? 0 : stride));
  return indexMap(to, [...new Array<number>(to.length - from.length).fill(0), ...strides]);
}

function checkRow(operation: string, index: number, rows: number): number {
  if (Number.isInteger(index) && index >= 0 && index < rows) return index;
  throw new ShapeError(
    `${operation}: expected an index that is a whole number in [0, ${rows}), got ${index}`,
  );
}

/** Visits each product of a convolution: indices into image, filter and output. */
function convolutionTaps(
  [, channels, height, width]: Shape,
  [, , filterHeight, filterWidth]: Shape,
  [batch, outs, outHeight, outWidth]: Shape,
  { stride, padding }: Convolution,
): (visit: (image: number, filter: number, output: number) => void) => void {
  return (visit) => {
    for (let b = 0; b < batch!; b++) {
      for (let o = 0; o < outs!; o++) {
        for (let y = 0; y < outHeight!; y++) {
          for (let x = 0; x < outWidth!; x++) {
            const output = ((b * outs! + o) * outHeight! + y) * outWidth! + x;
            for (let c = 0; c < channels!; c++) {
              for (let i = 0; i < filterHeight!; i++) {
                const row = y * stride[0] + i - padding[0];
                if (row < 0 || row >= height!) continue;
                for (let j = 0; j < filterWidth!; j++) {
                  const column = x * stride[1] + j - padding[2];
                  if (column < 0 || column >= width!) continue;
                  visit(
                    ((b * channels! + c) * height! + row) * width! + column,
                    ((o * channels! + c) * filterHeight! + i) * filterWidth! + j,
                    output,
                  );
                }
              }
            }
          }
        }
      }
    }
  };
}
