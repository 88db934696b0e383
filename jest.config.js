/**
 * Jest for the whole repository: TypeScript from source, as ES modules, with no build.
 * Node runs ES modules inside jest only with a flag. Worker processes inherit it from here, and the memory
 * limit makes jest use a worker even for a single test file (so `--runInBand` is the one option that fails).
 */
import { fileURLToPath } from 'node:url';

process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`;

const environment = fileURLToPath(new URL('tools/jest/environment.cjs', import.meta.url));

export default {
  testEnvironment: environment,
  testEnvironmentOptions: { customExportConditions: ['@ascent-rl/source', 'node', 'node-addons'] },
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['/dist/', '/.nx/', '/apps/docs/site/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  maxWorkers: 2,
  // A safety net only: no test states a time.
  testTimeout: 120_000,
  workerIdleMemoryLimit: '1GB',
};
