import { describeConformance } from '@ascent-rl/core/conformance';
import { tfjsBackend } from './index.ts';

for (const engine of ['wasm', 'cpu'] as const) {
  describe(engine, () => describeConformance({ describe, test, afterAll }, () => tfjsBackend({ engine })));
}
