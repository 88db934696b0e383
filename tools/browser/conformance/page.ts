/** Runs single cases of the conformance suite, for whoever drives the page. */
import { describeConformance } from '@ascent-rl/core/conformance';
import { conformance } from './backends.ts';

/** By backend and name of the test. */
const checks = Object.fromEntries(
  Object.entries(conformance).map(([name, { open, ...options }]) => {
    const tests = new Map<string, () => Promise<void>>();
    const framework = {
      describe: (_: string, body: () => void) => body(),
      test: (title: string, body: () => Promise<void>) => void tests.set(title, body),
      afterAll: () => undefined,
    };
    describeConformance(framework, open, options);
    return [name, tests];
  }),
);

/** Runs one test; rejects where the backend does not conform. */
export type Check = (backend: string, test: string) => Promise<void>;

const check: Check = (backend, test) => checks[backend]!.get(test)!();
Object.assign(globalThis, { check });
