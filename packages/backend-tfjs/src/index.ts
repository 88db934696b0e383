/**
 * The `tfjs` backend: programs on TensorFlow.js, with any of its engines.
 *
 * @module
 */
export { tfjsBackend, type TfjsBackendOptions } from './backend.ts';
export type { EngineName, EngineOptions } from './sources.ts';
