/**
 * The `gpu` backend: programs as gpu.js kernels.
 *
 * @module
 */
export { gpuBackend, type GpuBackendOptions } from './backend.ts';
export type { GpuMode } from './engine.ts';
