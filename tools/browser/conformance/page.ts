/** Runs single tests of the conformance suite, for whoever drives the page. */
import { conformanceCases } from '@ascent-rl/core/conformance';
import { conformance, slowConformance } from './backends.ts';
import { conformanceTests } from './tests.ts';

const backends = { ...conformance, ...slowConformance };

/** Every test of the suite, by backend and name. */
const checks = Object.fromEntries(
  Object.entries(backends).map(([name, { open, ...options }]) => {
    const { tests } = conformanceTests(open, { ...options, cases: conformanceCases });
    return [name, new Map(tests.map(({ name, check }) => [name, check]))];
  }),
);

/** Runs one test; rejects where the backend does not conform. */
export type Check = (backend: string, test: string) => Promise<void>;

/** What the backend runs on. */
export type EngineOf = (backend: string) => Promise<string>;

const check: Check = (backend, test) => checks[backend]!.get(test)!();
const engineOf: EngineOf = async (backend) => {
  const opened = await backends[backend]!.open();
  await opened.close();
  return opened.capabilities.engine;
};
Object.assign(globalThis, { check, engineOf });
