/**
 * A3C: threads that learn one model. Needs Node's worker threads; the rest of the package runs in a browser too.
 *
 * @module
 */
export * from './a3c.ts';
export * from './config.ts';
export { a3cGradient } from './update.ts';
