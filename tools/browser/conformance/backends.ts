/** The backends whose conformance is tested in a browser. Adding one is one line here. */
import { gpuBackend } from '@ascent-rl/backend-gpu';
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { tfjsBackend } from '@ascent-rl/backend-tfjs';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import type { Backend } from '@ascent-rl/core';
import { conformanceCases, type ConformanceOptions } from '@ascent-rl/core/conformance';

/** How to open a backend in a page, with its tolerance and exceptions. */
export interface BrowserBackend extends ConformanceOptions {
  /** Runs in the page only; an engine that Node lacks is imported in here. */
  readonly open: () => Promise<Backend>;
}

/** GPU engines compile a shader a kernel, and here the CPU computes what it says: `npm run conformance` runs all cases. */
const few = { cases: conformanceCases.filter((_, i) => i % 80 === 0) };
/** These run all cases in Node. */
const some = { cases: conformanceCases.filter((_, i) => i % 10 === 0) };

/** By name, as in the test report. */
export const conformance: Readonly<Record<string, BrowserBackend>> = {
  'wasm, relaxed SIMD': { open: () => wasmBackend({ instructions: 'relaxed-simd' }) },
  'wasm, plain SIMD': { open: () => wasmBackend({ instructions: 'simd' }) },
  'wasm, three threads, everything divided': { open: () => wasmBackend({ threads: 3, smallestPart: 1e-9 }) },
  'onnx:web': { open: () => onnxBackend({ engine: 'web', wasmPaths: '/' }), ...some },
  'tfjs:wasm': { open: () => tfjsBackend({ engine: 'wasm', wasmPaths: '/' }), ...some },
  'tfjs:cpu': { open: () => tfjsBackend({ engine: 'cpu' }), ...some },
  'tfjs:webgl': {
    async open() {
      await import('@tensorflow/tfjs-backend-webgl');
      return tfjsBackend({ engine: 'webgl' });
    },
    ...few,
  },
  'tfjs:webgpu': {
    async open() {
      await import('@tensorflow/tfjs-backend-webgpu');
      return tfjsBackend({ engine: 'webgpu' });
    },
    ...few,
  },
  'gpu:webgl2': { open: () => gpuBackend({ mode: 'webgl2' }), ...few },
  'gpu:webgpu': { open: () => gpuBackend({ mode: 'webgpu' }), ...few },
};

/** Takes seconds a case when a CPU computes the shaders, so only `npm run conformance` runs it. */
export const slowConformance: Readonly<Record<string, BrowserBackend>> = {
  'onnx:webgpu': { open: () => onnxBackend({ engine: 'webgpu', wasmPaths: '/' }) },
};
