/** `--backend auto` and `ascent backends`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trace } from '@ascent-rl/core';
import { choicesOf, type Choice } from '@ascent-rl/core/auto';
import { BackendError, ConfigError } from '@ascent-rl/core/errors';
import { choiceTable } from './choices.ts';
import { loadAuto } from './load-auto.ts';
import { backends, loadBackend } from './registry.ts';
import { ascent, tiny } from './testing/command.ts';

let root: string;
const home = process.env['XDG_CACHE_HOME'];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ascent-auto-'));
  process.env['XDG_CACHE_HOME'] = root;
});
afterEach(() => {
  if (home === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = home;
  rmSync(root, { recursive: true });
});

const program = trace(({ x }) => ({ y: x.exp() }), { x: [2] });
const loaders = ['reference', 'wasm'].map((name) => () => loadBackend(name));
const missing = (): Promise<never> => Promise.reject(new BackendError('gone: not installed'));

async function choose(): Promise<Choice> {
  const backend = await loadAuto([missing, ...loaders]);
  await backend.compile(program);
  await backend.close();
  return backend.choices[0]!;
}

test('what was measured is kept for the next time, and a damaged memory is done without', async () => {
  const first = await choose();
  expect(first.isRemembered).toBe(false);
  expect(Object.keys(first.times).sort()).toEqual(['reference', 'wasm']);
  expect(await choose()).toEqual({ ...first, isRemembered: true });
  const file = join(root, 'ascent', 'times.json');
  expect(Object.values(JSON.parse(readFileSync(file, 'utf8')) as object)).toEqual([first.times]);
  writeFileSync(file, '{"half":');
  expect((await choose()).isRemembered).toBe(false);
});

test('with nothing installed it says so', async () => {
  await expect(loadAuto([missing])).rejects.toThrow(/auto: no backend is installed/);
});

test('auto takes part in every command, tells its choices, and a run continues', async () => {
  const folder = join(root, 'run');
  const parameters = ['CartPole-v1', ...tiny, '--backend', 'auto', '--out', folder];
  const { code, stdout, stderr } = await ascent(['train', 'ppo', ...parameters, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  const { choices } = JSON.parse(stdout.split('\n', 1)[0]!) as { choices: Choice[] };
  expect(choices.map(({ purpose }) => purpose)).toEqual(['learning', 'acting', 'acting']);
  const installed = Object.keys(backends).filter((name) => name !== 'reference');
  for (const { times, backend } of choices) {
    expect(Object.keys(times).every((name) => installed.includes(name))).toBe(true);
    expect(times[backend]).toEqual(expect.any(Number));
  }
  expect((await ascent(['evaluate', folder, '--episodes', '2'])).code).toBe(0);
  expect((await ascent(['export', folder])).code).toBe(0);
});

test('the table has a row a backend, a column a program, and a mark where it runs', () => {
  const times = { wasm: 215.4, onnx: 320, gpu: 'gpu: it cannot do conv2d' };
  const acting = { wasm: 3.14, onnx: 31, gpu: 25_000 };
  const table = choiceTable([
    { purpose: 'learning', backend: 'wasm', times, isRemembered: false },
    { purpose: 'acting', backend: 'wasm', times: acting, isRemembered: true },
  ]);
  expect(table).toEqual([
    'measured now     learning     acting',
    'wasm           ▸ 215 µs     ▸ 3.1 µs',
    'onnx             320 µs       31 µs',
    'gpu              cannot       25 ms',
    'gpu: it cannot do conv2d',
  ]);
  expect(choiceTable([])).toEqual([]);
});

test('an engine is named after its backend', async () => {
  const backend = await loadBackend('tfjs:cpu');
  expect(backend.capabilities.engine).toMatch(/^tfjs-backend-cpu \d/);
  expect(choicesOf(backend)).toEqual([]);
  await backend.close();
  await expect(loadBackend('tfjs:cpi')).rejects.toThrow(ConfigError);
  await expect(loadBackend('tfjs:cpi')).rejects.toThrow('unknown engine of tfjs "cpi"; did you mean cpu?');
  await expect(loadBackend('wasm:cpu')).rejects.toThrow(/wasm has no engines to choose from/);
});

test('backends lists every engine, installed or how to install it', async () => {
  const { code, stdout } = await ascent(['backends']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/wasm +installed +WebAssembly \S+ · cpu · 1 thread · default/);
  expect(stdout).toMatch(/tfjs:cpu +installed +tfjs-backend-cpu 4\.22\.0 · cpu · 1 thread/);
  expect(stdout).toMatch(/tfjs:webgpu +not installed .*@tensorflow\/tfjs-backend-webgpu/);
  expect(stdout).toMatch(/onnx:web +installed +onnxruntime-web 1\.30\.0 wasm · cpu · 1 thread/);
  const known = JSON.parse((await ascent(['backends', '--json'])).stdout) as { backends: object[] };
  expect(known.backends).toContainEqual(
    expect.objectContaining({ name: 'onnx:node', capabilities: { device: 'cpu', threads: 1 } }),
  );
});
