/** The engines of TensorFlow.js: where each comes from, and what its kernels are like. */
import { mendedWasmKernels, type Mend } from './wasm-kernels.ts';
import { mendedWebglKernels } from './webgl-kernels.ts';
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
  /** Kernels that are better than its own. */
  readonly mended?: Readonly<Record<string, Mend>>;
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

/**
 * A package that need not be installed. The name is a variable, so that neither the compiler nor a bundler looks it up:
 * who bundles imports it beside this package, and then it is not loaded here.
 */
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
    mended: mendedWasmKernels,
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
    mended: mendedWebglKernels,
    load: () => optional('@tensorflow/tfjs-backend-webgl'),
  },
  webgpu: {
    module: '@tensorflow/tfjs-backend-webgpu',
    device: 'gpu',
    traits: plain,
    load: () => optional('@tensorflow/tfjs-backend-webgpu'),
  },
};
