/**
 * `npm run bench:browser`: the playground's training in headless Chromium and in Node, in turn, for several seeds. Writes
 * docs/benchmarks/browser.json, from which `npm run docs:tables` writes the table of the playground's README.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { wasmBackend } from '@ascent-rl/backend-wasm';
import type { Page } from 'playwright-core';
import { format } from 'prettier';
import { cartPoleTraining, solvedReturn } from '../../apps/playground/src/training.ts';
import { describeMachine } from '../bench/record.ts';
import { findChromium, howToInstall, openChromium } from './chromium.ts';
import type { BrowserRecord, Course } from './report.ts';
import { serve } from './server.ts';
import { bundleSite, playground } from './site.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    out: {
      type: 'string',
      default: fileURLToPath(new URL('../../docs/benchmarks/browser.json', import.meta.url)),
    },
  },
});

const executable = findChromium();
if (executable === undefined) throw new Error(`no Chromium was found: ${howToInstall}`);
const machine = describeMachine();
const server = await serve(await bundleSite(playground));
const browser = await openChromium(executable);
const page = await browser.newPage();
page.setDefaultTimeout(0);

const seeds: BrowserRecord['seeds'][number][] = [];
for (let seed = 0; seed < Number(values.seeds); seed++) {
  const measured = { seed, chromium: await inChromium(page, seed), node: await inNode(seed) };
  console.log(JSON.stringify(measured));
  seeds.push(measured);
}

const engine = { chromium: (await page.textContent('#engine'))!, node: await nodeEngine() };
const record: BrowserRecord = {
  command: 'npm run bench:browser',
  ...machine,
  chromium: browser.version(),
  engine,
  seeds,
};
await browser.close();
await server.close();
writeFileSync(values.out, await format(JSON.stringify(record), { parser: 'json' }));

/** From the press of the button, in a page that is loaded. */
async function inChromium(page: Page, seed: number): Promise<Course> {
  await page.goto(server.url);
  await page.getByLabel('Seed').fill(String(seed));
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForSelector('body[data-phase="finished"]');
  const value = async (id: string) => Number(await page.getAttribute(`#${id}`, 'value'));
  const solved = { seconds: await value('solved'), steps: await value('solved-steps') };
  return {
    ...(!Number.isNaN(solved.seconds) && { solved }),
    seconds: await value('elapsed'),
    steps: await value('steps'),
    evaluation: await value('evaluation'),
  };
}

/** From opening the backend, evaluations as in the page. */
async function inNode(seed: number): Promise<Course> {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const backend = await wasmBackend();
  const training = await cartPoleTraining(backend, seed);
  let course: Course = { seconds: 0, steps: 0, evaluation: NaN };
  for await (const { step, evaluation = NaN } of training.progress()) {
    const isSolved = evaluation >= solvedReturn && course.solved === undefined;
    const seconds = elapsed();
    course = {
      ...course,
      ...(isSolved && { solved: { seconds, steps: step } }),
      seconds,
      steps: step,
      evaluation,
    };
  }
  training.dispose();
  await backend.close();
  return course;
}

async function nodeEngine(): Promise<string> {
  const backend = await wasmBackend();
  await backend.close();
  return backend.capabilities.engine;
}
