/**
 * `npm run conformance`: the conformance suite on every backend and engine that runs in Node and in headless Chromium.
 * Writes docs/benchmarks/conformance.json, from which `npm run docs:tables` writes the support matrix.
 *
 * `--engine name` takes one alone, `--place Node` or `Chromium` one of the two; others stay as they are stored.
 * `--every n` runs each n-th test: the GPU engines, computed by a CPU, take minutes to half an hour for all of them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BackendError } from '@ascent-rl/core/errors';
import { format } from 'prettier';
import { whole } from '../../apps/cli/src/flags.ts';
import { backends, loadBackend } from '../../apps/cli/src/registry.ts';
import { findChromium, howToInstall, openChromium } from '../browser/chromium.ts';
import { conformance, slowConformance } from '../browser/conformance/backends.ts';
import type { Check, EngineOf } from '../browser/conformance/page.ts';
import { conformanceSite } from '../browser/conformance/site.ts';
import { conformanceTests, type ConformanceTest } from '../browser/conformance/tests.ts';
import { serve } from '../browser/server.ts';
import { bundleSite } from '../browser/site.ts';
import type { ConformanceRecord, EngineRecord } from './report.ts';

const { values } = parseArgs({
  options: {
    engine: { type: 'string' },
    place: { type: 'string' },
    every: { type: 'string', default: '1' },
    out: {
      type: 'string',
      default: fileURLToPath(new URL('../../docs/benchmarks/conformance.json', import.meta.url)),
    },
  },
});
const every = whole(1)(values.every);
const defaultTolerance = 1e-5;
const date = new Date().toISOString().slice(0, 10);
const { tests: suite } = conformanceTests(() => Promise.reject(new Error('only their names')));
const stored = existsSync(values.out)
  ? (JSON.parse(readFileSync(values.out, 'utf8')) as ConformanceRecord)
  : undefined;
let { engines = [], chromium } = stored ?? {};

const isAsked = (name: string, place: EngineRecord['place']) =>
  (values.engine ?? name) === name && (values.place ?? place) === place;

const inNode = Object.entries(backends).flatMap(([name, { engines }]) =>
  engines ? Object.keys(engines).map((engine) => `${name}:${engine}`) : [name],
);
for (const name of inNode.filter((name) => isAsked(name, 'Node'))) {
  const engine = await engineInNode(name);
  if (engine === undefined) continue;
  const { tests, close } = conformanceTests(() => loadBackend(name));
  await record({ name, place: 'Node', engine, tolerance: defaultTolerance }, tests, ({ check }) => check());
  await close();
}

const inChromium = Object.entries({ ...conformance, ...slowConformance }).filter(([name]) =>
  isAsked(name, 'Chromium'),
);
if (inChromium.length === 0 && !inNode.some((name) => isAsked(name, 'Node'))) {
  throw new Error(
    `expected an engine of Node or Chromium, got ${values.engine} in ${values.place ?? 'both'}`,
  );
}
const executable = findChromium();
if (inChromium.length > 0 && executable === undefined) {
  console.log(`Chromium is left out: none was found; ${howToInstall}`);
} else if (inChromium.length > 0) {
  const server = await serve(await bundleSite(conformanceSite));
  const browser = await openChromium(executable!);
  chromium = browser.version();
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(server.url);
  await page.waitForFunction(() => 'check' in globalThis);
  for (const [name, { tolerance = defaultTolerance }] of inChromium) {
    const engine = await page.evaluate(
      (name) => (globalThis as unknown as { engineOf: EngineOf }).engineOf(name),
      name,
    );
    await record({ name, place: 'Chromium', engine, tolerance }, suite, (test) =>
      page.evaluate(([name, test]) => (globalThis as unknown as { check: Check }).check(name, test), [
        name,
        test.name,
      ] as const),
    );
  }
  await browser.close();
  await server.close();
}

/** Name and version of an engine; undefined where it does not run. */
async function engineInNode(name: string): Promise<string | undefined> {
  try {
    const backend = await loadBackend(name);
    await backend.close();
    return backend.capabilities.engine;
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return undefined;
  }
}

/** Runs the tests and stores how they went, in place of what was stored of the engine. */
async function record(
  facts: Omit<EngineRecord, 'date' | 'groups' | 'failed'>,
  tests: readonly ConformanceTest[],
  run: (test: ConformanceTest) => Promise<void>,
): Promise<void> {
  const groups: Record<string, [passed: number, ran: number]> = {};
  const failed: string[] = [];
  for (const test of tests.filter((_, i) => i % every === 0)) {
    const count = (groups[test.group] ??= [0, 0]);
    count[1]++;
    try {
      await run(test);
      count[0]++;
    } catch (error) {
      failed.push(test.name);
      console.log(`${facts.name}: ${test.name}: ${(error as Error).message.split('\n', 1)[0]}`);
    }
  }
  console.log(`${facts.place}, ${facts.name} (${facts.engine}): ${failed.length} failed`);
  const isOther = ({ name, place }: EngineRecord) => name !== facts.name || place !== facts.place;
  engines = [...engines.filter(isOther), { ...facts, date, groups, failed }];
  const result: ConformanceRecord = {
    command: 'npm run conformance',
    tests: suite.length,
    node: process.version,
    ...(chromium !== undefined && { chromium }),
    engines,
  };
  writeFileSync(values.out, await format(JSON.stringify(result), { parser: 'json', printWidth: 110 }));
}
