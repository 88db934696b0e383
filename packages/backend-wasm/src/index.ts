/**
 * The `wasm` backend: programs as WebAssembly modules.
 *
 * @module
 */
export { wasmBackend, type WasmBackend, type WasmBackendOptions, type WasmExecutable } from './backend.ts';
export { instructionSets, type InstructionSet } from './machine.ts';
