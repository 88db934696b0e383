/** The conformance suite as a list, for whoever runs single tests of it. */
import type { Backend } from '@ascent-rl/core';
import { describeConformance, type ConformanceOptions } from '@ascent-rl/core/conformance';

/** A test of the suite. */
export interface ConformanceTest {
  /** A primitive, with `, derivatives` behind it for its derivatives, or a subject such as `contract`. */
  readonly group: string;
  /** Unique in the suite. */
  readonly name: string;
  /** Rejects where the backend does not conform. */
  readonly check: () => Promise<void>;
}

/** The suite's tests and the end of their backend, which the first test that runs opens. */
export function conformanceTests(
  open: () => Promise<Backend>,
  options?: ConformanceOptions,
): { readonly tests: readonly ConformanceTest[]; readonly close: () => Promise<void> } {
  const tests: ConformanceTest[] = [];
  let group = '';
  let close = async (): Promise<void> => undefined;
  describeConformance(
    {
      describe(name, body) {
        group = name;
        body();
      },
      test: (name, check) => void tests.push({ group, name, check }),
      afterAll: (body) => (close = body),
    },
    open,
    options,
  );
  return { tests, close };
}
