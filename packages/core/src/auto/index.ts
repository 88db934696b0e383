/**
 * Choosing a backend by measuring the very programs that it will run.
 *
 * @module
 */
export {
  autoBackend,
  choicesOf,
  type AutoBackend,
  type AutoOptions,
  type Choice,
  type Memory,
  type Times,
} from './auto-backend.ts';
export type { Clock } from './timing.ts';
