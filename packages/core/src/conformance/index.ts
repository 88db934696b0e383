/**
 * The conformance suite: what a backend has to do, as programs with the answers of the float64 interpreter and as
 * rules about places. A backend is done when it passes; yours can run it too.
 *
 * @example
 * ```ts
 * import { describeConformance } from '@ascent-rl/core/conformance';
 *
 * describeConformance({ describe, test, afterAll }, async () => myBackend());
 * ```
 *
 * @module
 */
export { updateCase, type ConformanceCase, type Update } from './case.ts';
export { conformanceCases } from './cases/index.ts';
export { checkCase } from './check.ts';
export { ConformanceError } from './compare.ts';
export { describeConformance, type ConformanceOptions, type TestFramework } from './describe.ts';
export { contractRules, type ContractRule } from './rules.ts';
