/** The suite as tests of whatever framework the caller has. */
import type { Backend } from '../backend/contract.ts';
import { ConfigError } from '../errors.ts';
import type { ConformanceCase } from './case.ts';
import { conformanceCases } from './cases/index.ts';
import { checkCase } from './check.ts';
import { ConformanceError } from './compare.ts';
import { contractRules } from './rules.ts';

/** The functions of a test framework; those of jest and vitest fit, and of `node:test` with its `after`. */
export interface TestFramework {
  /** Groups tests. */
  readonly describe: (name: string, body: () => void) => void;
  /** Declares a test. */
  readonly test: (name: string, body: () => Promise<void>) => void;
  /** Declares what to do when the group is done. */
  readonly afterAll: (body: () => Promise<void>) => void;
}

/** How to run the suite. */
export interface ConformanceOptions {
  /** Error allowed, relative; default 1e-5. See the tolerance rule at the head of `conformance/case.ts`. */
  readonly tolerance?: number;
  /** Name of a case or rule → why the backend does not meet it. One that is met after all fails the suite. */
  readonly exceptions?: Readonly<Record<string, string>>;
  /** Default: {@link conformanceCases}. */
  readonly cases?: readonly ConformanceCase[];
}

/**
 * Declares the suite's tests.
 *
 * @param open - Opens the backend; called once, before the first test that runs.
 * @throws ConfigError when an exception names no test.
 *
 * @example
 * ```ts
 * describeConformance({ describe, test, afterAll }, async () => myBackend(), {
 *   exceptions: { 'exp at its extremes': 'the engine flushes results below 1e-30 to zero' },
 * });
 * ```
 */
export function describeConformance(
  { describe, test, afterAll }: TestFramework,
  open: () => Promise<Backend>,
  { tolerance = 1e-5, exceptions = {}, cases = conformanceCases }: ConformanceOptions = {},
): void {
  let opened: Promise<Backend> | undefined;
  const backend = () => (opened ??= open());
  afterAll(async () => (await opened)?.close());

  const groups = new Map<string, [name: string, check: () => Promise<void>][]>();
  const add = (group: string, name: string, check: () => Promise<void>) => {
    groups.set(group, [...(groups.get(group) ?? []), [name, check]]);
  };
  for (const { name, check } of contractRules) add('contract', name, async () => check(await backend()));
  for (const testCase of cases) {
    add(testCase.group, testCase.name, async () => checkCase(await backend(), testCase, tolerance));
  }

  const names = new Set([...groups.values()].flatMap((tests) => tests.map(([name]) => name)));
  const unknown = Object.keys(exceptions).filter((name) => !names.has(name));
  if (unknown.length > 0)
    throw new ConfigError(`describeConformance: no case is named ${unknown.join(', nor ')}`);

  for (const [group, tests] of groups) {
    describe(group, () => {
      for (const [name, check] of tests) {
        const reason = exceptions[name];
        if (reason === undefined) test(name, check);
        else test(`${name} (exception: ${reason})`, () => checkFails(name, check));
      }
    });
  }
}

async function checkFails(name: string, check: () => Promise<void>): Promise<void> {
  const failed = await check().then(
    () => false,
    () => true,
  );
  if (!failed) throw new ConformanceError(`${name}: the backend meets this now; remove the exception`);
}
