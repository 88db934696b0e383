import { describeConformance } from '@ascent-rl/core/conformance';
import { instructionSets, wasmBackend } from './index.ts';

describe.each(instructionSets)('%s', (instructions) => {
  describeConformance({ describe, test, afterAll }, () => wasmBackend({ instructions }));
});

describe('three threads, everything divided', () => {
  describeConformance({ describe, test, afterAll }, () => wasmBackend({ threads: 3, smallestPart: 1e-9 }));
});
