/**
 * Environments in worker threads: anybody's environments, stepped at the same time over shared memory.
 *
 * @module
 */
export { vectorizeInWorkers, type WorkersOptions } from './vectorize-in-workers.ts';
