/**
 * Seeded random numbers, equal to NumPy's: explicit generators with plain-data state, and independent streams.
 *
 * @module
 */
export { generator, type Generator, type GeneratorState, type Shufflable } from './generator.ts';
