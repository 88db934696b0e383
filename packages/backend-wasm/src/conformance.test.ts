import { describeConformance } from '@ascent-rl/core/conformance';
import { instructionSets, wasmBackend } from './index.ts';

describe.each(instructionSets)('%s', (instructions) => {
  describeConformance({ describe, test, afterAll }, () => wasmBackend({ instructions }));
});
