/** The run folder on a disk: `@ascent-rl/training/run`, for Node only. */
export * from './record-training.ts';
export * from './run.ts';
export { nodeFiles, type FileSystem } from './files.ts';
export type { MetricsLine } from './metrics-file.ts';
