/**
 * The reference interpreter: a plain, slow implementation that defines what each primitive means.
 *
 * @module
 */
export { referenceBackend, type ReferenceArray } from './backend.ts';
export { interpret, type Precision } from './interpreter.ts';
export { kernels, type FloatArray, type Value } from './kernels.ts';
