/**
 * Kernels of the wasm engine that are mended: its own work in a slow way, several times the price of the rest of a
 * training step. These are plain loops over the engine's memory for the common case, and leave the others to its own.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';

/** From the engine's own kernel a better one. */
export type Mend = (own: KernelFunc) => KernelFunc;

/** By name of the kernel. */
export const mendedWasmKernels: Readonly<Record<string, Mend>> = {
  /** Part of a vector, as parameters are unpacked. The engine's own copies all of the vector first. */
  Slice: (own) => (parameters) => {
    const { x } = parameters.inputs as { readonly x: TensorInfo };
    if (x.shape.length !== 1) return own(parameters);
    const { begin, size } = parameters.attrs as unknown as Record<'begin' | 'size', [number]>;
    const memory = parameters.backend as BackendWasm;
    const result = memory.makeOutput(size, x.dtype);
    const part = memory.typedArrayFromHeap(x).subarray(begin[0], begin[0] + size[0]);
    memory.typedArrayFromHeap(result).set(part);
    return result;
  },

  /** Rows of a table, as minibatches are gathered: axis 0, no batches. */
  GatherV2: () => (parameters) => {
    const { x, indices } = parameters.inputs as Readonly<Record<'x' | 'indices', TensorInfo>>;
    const memory = parameters.backend as BackendWasm;
    const [rows, ...rest] = x.shape as [number, ...number[]];
    const width = rest.reduce((size, axis) => size * axis, 1);
    const result = memory.makeOutput([...indices.shape, ...rest], x.dtype);
    const [table, index, out] = [x, indices, result].map((info) => memory.typedArrayFromHeap(info));
    for (let i = 0, at = 0; i < index!.length; i++) {
      const row = index![i]!;
      if (row < 0 || row >= rows) {
        memory.disposeData(result.dataId);
        throw new RangeError(`expected indices in [0, ${rows}), got ${row}`);
      }
      for (let from = row * width, j = 0; j < width; j++) out![at++] = table![from++]!;
    }
    return result;
  },

  /** Rows added to a table: axis 0. The engine's own writes beyond the table where an index is. */
  ScatterNd: () => (parameters) => {
    const { indices, updates } = parameters.inputs as Readonly<Record<'indices' | 'updates', TensorInfo>>;
    const { shape } = parameters.attrs as unknown as { readonly shape: number[] };
    const memory = parameters.backend as BackendWasm;
    const [rows, ...rest] = shape as [number, ...number[]];
    const width = rest.reduce((size, axis) => size * axis, 1);
    const result = memory.makeOutput(shape, updates.dtype);
    const [index, added, out] = [indices, updates, result].map((info) => memory.typedArrayFromHeap(info));
    out!.fill(0);
    for (let i = 0, from = 0; i < index!.length; i++) {
      const row = index![i]!;
      if (row < 0 || row >= rows) {
        memory.disposeData(result.dataId);
        throw new RangeError(`expected indices in [0, ${rows}), got ${row}`);
      }
      for (let at = row * width, j = 0; j < width; j++) out![at++]! += added![from++]!;
    }
    return result;
  },

  /** Large matrices, in strips that fit into the cache. */
  Transpose: (own) => (parameters) => {
    const { x } = parameters.inputs as { readonly x: TensorInfo };
    const [rows, columns] = x.shape as [number, number];
    if (x.shape.length !== 2 || rows * columns < 2 ** 14) return own(parameters);
    const memory = parameters.backend as BackendWasm;
    const result = memory.makeOutput([columns, rows], x.dtype);
    const [from, to] = [x, result].map((info) => memory.typedArrayFromHeap(info));
    for (let top = 0; top < rows; top += strip) {
      const bottom = Math.min(rows, top + strip);
      for (let column = 0; column < columns; column++) {
        for (let row = top; row < bottom; row++) to![column * rows + row] = from![row * columns + column]!;
      }
    }
    return result;
  },
};

const strip = 16;
