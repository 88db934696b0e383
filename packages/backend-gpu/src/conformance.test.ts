import { describeConformance } from '@ascent-rl/core/conformance';
import { gpuBackend } from './index.ts';

describe.each(['webasm', 'cpu'] as const)('%s', (mode) => {
  describeConformance({ describe, test, afterAll }, () => gpuBackend({ mode }));
});
