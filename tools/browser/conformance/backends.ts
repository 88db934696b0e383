/** The backends whose conformance is tested in a browser. Adding one is one line here. */
import { wasmBackend } from '@ascent-rl/backend-wasm';
import type { Backend } from '@ascent-rl/core';
import type { ConformanceOptions } from '@ascent-rl/core/conformance';

/** How to open a backend in a page, with its tolerance and exceptions. */
export interface BrowserBackend extends ConformanceOptions {
  /** Runs in the page only; an engine that Node lacks is imported in here. */
  readonly open: () => Promise<Backend>;
}

/** By name, as in the test report. */
export const conformance: Readonly<Record<string, BrowserBackend>> = {
  'wasm, relaxed SIMD': { open: () => wasmBackend({ instructions: 'relaxed-simd' }) },
  'wasm, plain SIMD': { open: () => wasmBackend({ instructions: 'simd' }) },
  'wasm, three threads, everything divided': { open: () => wasmBackend({ threads: 3, smallestPart: 1e-9 }) },
};
