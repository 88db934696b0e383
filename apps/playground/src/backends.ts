/** The backends that a browser has, by name. Adding one is one entry here; engines load when asked for. */
import { wasmBackend } from '@ascent-rl/backend-wasm';
import type { Backend } from '@ascent-rl/core';
import { referenceBackend } from '@ascent-rl/core/reference';

/** A backend to choose. */
export interface BrowserBackend {
  readonly label: string;
  open(): Promise<Backend>;
}

/** All of them; the first is the default. */
export const browserBackends = {
  wasm: { label: 'wasm, best instructions', open: () => wasmBackend() },
  'wasm-relaxed-simd': {
    label: 'wasm, relaxed SIMD',
    open: () => wasmBackend({ instructions: 'relaxed-simd' }),
  },
  'wasm-simd': { label: 'wasm, plain SIMD', open: () => wasmBackend({ instructions: 'simd' }) },
  'wasm-threads': { label: 'wasm, two threads', open: () => wasmBackend({ threads: 2 }) },
  reference: { label: 'reference interpreter, slow', open: async () => referenceBackend() },
} as const satisfies Readonly<Record<string, BrowserBackend>>;

/** A name of {@link browserBackends}. */
export type BrowserBackendName = keyof typeof browserBackends;
