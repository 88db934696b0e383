/**
 * The `onnx` backend: programs on ONNX Runtime.
 *
 * @module
 */
export { onnxBackend, type OnnxBackendOptions } from './backend.ts';
export type { EngineOptions, OnnxEngine } from './engine.ts';
