/** The reference backend meets its own suite, in float32 and in float64. */
import { referenceBackend } from '../reference/backend.ts';
import { describeConformance } from './index.ts';

describe.each([
  ['float32', 1e-6],
  ['float64', 1e-7],
] as const)('reference %s', (precision, tolerance) => {
  describeConformance({ describe, test, afterAll }, async () => referenceBackend({ precision }), {
    tolerance,
  });
});
