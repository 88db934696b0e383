import { describeConformance } from '@ascent-rl/core/conformance';
import { onnxBackend } from './index.ts';

describe.each(['node', 'web'] as const)('%s', (engine) => {
  describeConformance({ describe, test, afterAll }, () => onnxBackend({ engine }));
});
