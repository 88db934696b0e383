/** The engines that run the policy, each loaded when its turn comes. Adding one is one entry here. */
import type { Backend } from '@ascent-rl/core';

/** An engine of the page. */
export interface PolicyEngine {
  /** As for `--backend`. */
  readonly name: string;
  /** What people know it by. */
  readonly label: string;
  open(): Promise<Backend>;
}

/** All of them, in the order of the table. The first is what the others are compared with. */
export const policyEngines: readonly PolicyEngine[] = [
  {
    name: 'wasm',
    label: 'Ascent, WebAssembly',
    open: async () => (await import('@ascent-rl/backend-wasm')).wasmBackend(),
  },
  {
    name: 'onnx:web',
    label: 'onnxruntime-web, WebAssembly',
    open: async () =>
      (await import('@ascent-rl/backend-onnx')).onnxBackend({ engine: 'web', wasmPaths: folder() }),
  },
  {
    name: 'tfjs:webgl',
    label: 'TensorFlow.js, WebGL',
    async open() {
      const [{ tfjsBackend }] = await Promise.all([
        import('@ascent-rl/backend-tfjs'),
        import('@tensorflow/tfjs-backend-webgl'),
      ]);
      return tfjsBackend({ engine: 'webgl' });
    },
  },
  {
    name: 'gpu:webgl2',
    label: 'gpu.js, WebGL 2',
    open: async () => (await import('@ascent-rl/backend-gpu')).gpuBackend({ mode: 'webgl2' }),
  },
  {
    name: 'gpu:webgpu',
    label: 'gpu.js, WebGPU',
    open: async () => (await import('@ascent-rl/backend-gpu')).gpuBackend({ mode: 'webgpu' }),
  },
];

/** Where the page is, and with it the files that engines fetch. */
function folder(): string {
  return new URL('.', document.baseURI).href;
}
