/** The engines of TensorFlow.js: where each comes from, and what its kernels are like. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { EngineTraits } from './traits.ts';

/** An engine by name; `tensorflow` is the native library of @tensorflow/tfjs-node. */
export type EngineName = 'tensorflow' | 'wasm' | 'cpu' | 'webgl' | 'webgpu';

/** How an engine is loaded. */
export interface EngineOptions {
  /** Address of the folder with the `.wasm` files of the wasm engine, ending in a slash; for browsers. */
  readonly wasmPaths?: string | undefined;
}

/** What the module of an engine exports, as far as it matters here. */
export type EngineModule = object & { readonly getThreadsCount?: () => number };

/** Where an engine comes from. */
export interface EngineSource {
  /** Its package. */
  readonly module: string;
  readonly device: 'cpu' | 'gpu';
  readonly traits: EngineTraits;
  /** Kernels that are mended: from the engine's own a better one. */
  readonly mended?: Readonly<Record<string, (own: KernelFunc) => KernelFunc>>;
  load(options: EngineOptions): Promise<EngineModule>;
}

const plain: EngineTraits = {
  reshapesFreely: false,
  plainProductsOnly: false,
  packsRightOperands: false,
  slowRowSums: false,
  slowTanh: false,
  slowComparisons: false,
  overlooksNaN: false,
  keepsHostArrays: true,
};

/** Parts of a vector, as parameters are unpacked. The wasm engine's own kernel copies all of the vector each time. */
const sliceVector =
  (own: KernelFunc): KernelFunc =>
  (parameters) => {
    const { x } = parameters.inputs as { readonly x: TensorInfo };
    if (x.shape.length !== 1) return own(parameters);
    const { begin, size } = parameters.attrs as unknown as Record<'begin' | 'size', number[]>;
    const memory = parameters.backend as BackendWasm;
    const result = memory.makeOutput(size!, x.dtype);
    const [start] = begin as [number];
    const part = memory.typedArrayFromHeap(x).subarray(start, start + size![0]!);
    memory.typedArrayFromHeap(result).set(part);
    return result;
  };

/** A package that need not be installed: the compiler does not look it up. */
const optional = async (module: string): Promise<EngineModule> => (await import(module)) as EngineModule;

/** Every engine. */
export const sources: Readonly<Record<EngineName, EngineSource>> = {
  tensorflow: {
    module: '@tensorflow/tfjs-node',
    device: 'cpu',
    traits: plain,
    load: () => optional('@tensorflow/tfjs-node'),
  },
  wasm: {
    module: '@tensorflow/tfjs-backend-wasm',
    device: 'cpu',
    traits: {
      reshapesFreely: true,
      plainProductsOnly: true,
      packsRightOperands: true,
      slowRowSums: true,
      slowTanh: true,
      slowComparisons: true,
      overlooksNaN: true,
      keepsHostArrays: false,
    },
    mended: { Slice: sliceVector },
    async load({ wasmPaths }) {
      const module = await import('@tensorflow/tfjs-backend-wasm');
      if (wasmPaths !== undefined) module.setWasmPaths(wasmPaths);
      return module;
    },
  },
  cpu: {
    module: '@tensorflow/tfjs-backend-cpu',
    device: 'cpu',
    traits: { ...plain, reshapesFreely: true },
    load: () => import('@tensorflow/tfjs-backend-cpu'),
  },
  webgl: {
    module: '@tensorflow/tfjs-backend-webgl',
    device: 'gpu',
    traits: plain,
    load: () => optional('@tensorflow/tfjs-backend-webgl'),
  },
  webgpu: {
    module: '@tensorflow/tfjs-backend-webgpu',
    device: 'gpu',
    traits: plain,
    load: () => optional('@tensorflow/tfjs-backend-webgpu'),
  },
};
