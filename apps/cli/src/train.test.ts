import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeSnapshot } from '@ascent-rl/training';
import { ascent, countEvents, tiny } from './testing/command.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ascent-train-'));
  folder = join(root, 'run');
});
afterEach(() => rmSync(root, { recursive: true }));

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const json = <T>(name: string): T => JSON.parse(read(name)) as T;
const lines = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const train = (...more: string[]) =>
  ascent(['train', 'ppo', 'CartPole-v1', ...tiny, '--out', folder, ...more]);
const resume = (...more: string[]) => ascent(['train', '--resume', folder, ...more]);
const hyperparameters = (): Record<string, unknown> =>
  json<{ hyperparameters: Record<string, unknown> }>('config.json').hyperparameters;

test('a training tells its course in JSON and leaves a run folder', async () => {
  const { code, stdout, stderr } = await train('--json', '--seed', '7', '--evaluate-every', '256');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const events = lines(stdout);
  expect(events[0]).toMatchObject({
    type: 'start',
    folder,
    algorithm: 'ppo',
    seed: 7,
    step: 0,
    totalSteps: 512,
  });
  expect(countEvents(stdout, 'iteration')).toBe(16);
  expect(countEvents(stdout, 'checkpoint')).toBe(8);
  expect(events.filter(({ type }) => type === 'evaluation').map(({ step }) => step)).toEqual([256, 512]);
  expect(events[1]).toMatchObject({ step: 32, metrics: { 'time/fps': 32, 'time/time_elapsed': 1 } });
  expect(events.at(-1)).toMatchObject({
    type: 'finish',
    step: 512,
    files: { policy: join(folder, 'policy.onnx') },
  });

  expect(readdirSync(folder).filter((name) => !name.startsWith('events.out'))).toEqual([
    'checkpoint.safetensors',
    'config.json',
    'metrics.jsonl',
    'policy.onnx',
    'record.json',
  ]);
  const record = json<{ seed: number; steps: number; results: Record<string, unknown> }>('record.json');
  expect(record).toMatchObject({ seed: 7, steps: 512, what: { algorithm: 'ppo', backend: 'wasm' } });
  expect(record.results['returns']).toHaveLength(3);
  expect(lines(read('metrics.jsonl')).filter((line) => 'eval/mean_reward' in line)).toHaveLength(2);

  const evaluated = await ascent(['evaluate', folder, '--episodes', '3', '--json']);
  expect(lines(evaluated.stdout)[0]).toMatchObject({ step: 512, returns: record.results['returns'] });
  const exported = await ascent(['export', folder, '--out', join(root, 'again.onnx')]);
  expect(exported).toEqual({ code: 0, stdout: `${join(root, 'again.onnx')}\n`, stderr: '' });
  expect(readFileSync(join(root, 'again.onnx'))).toEqual(readFileSync(join(folder, 'policy.onnx')));
});

test('text and silence', async () => {
  const text = await train('--backend', 'reference');
  expect(text.stdout).toMatch(
    /ppo · CartPole-v1 · seed 0\n {2}backend +reference .*32 \/ 512 steps · .* left\n.*100% · 512 \/ 512 steps/s,
  );
  expect(text.stdout).toMatch(/evaluation +\d+\.\d\d ± \d+\.\d\d over 3 episodes/);
  folder = join(root, 'quiet');
  expect(await train('--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('flags go over the file, the file over the preset, the preset over defaults', async () => {
  const file = join(root, 'mine.json');
  writeFileSync(file, '{"steps": 256, "discount": 0.5, "lambda": 0.5}');
  const { code } = await ascent([
    ...['train', 'ppo', 'CartPole-v1', '--out', folder, '--config', file, '--lambda', '0.25', '--quiet'],
  ]);
  expect(code).toBe(0);
  expect(json('config.json')).toMatchObject({ preset: 'CartPole-v1' });
  expect(hyperparameters()).toMatchObject({
    lambda: 0.25,
    discount: 0.5,
    rolloutSteps: 32, // preset; 2048 by default
    entropyWeight: 0, // default
  });
});

test("another environment's preset, and none", async () => {
  const few = ['--steps', '8', '--rollout-steps', '4', '--envs', '2', '--batch-size', '8', '--quiet'];
  const start = ['train', 'ppo', 'CartPole-v1', ...few];
  expect((await ascent([...start, '--preset', 'Pendulum-v1', '--out', folder])).code).toBe(0);
  expect(hyperparameters()).toMatchObject({ discount: 0.9, rolloutSteps: 4 });
  folder = join(root, 'plain');
  expect((await ascent([...start, '--preset', 'none', '--out', folder])).code).toBe(0);
  expect(hyperparameters()).toMatchObject({ discount: 0.99 });
});

test('an interrupted training goes on to the same end', async () => {
  await train('--quiet');
  const whole = folder;
  folder = join(root, 'parts');
  const stopped = await ascent(['train', 'ppo', 'CartPole-v1', ...tiny, '--out', folder, '--json'], {
    interruptWhen: (stdout) => countEvents(stdout, 'iteration') === 5,
  });
  expect(stopped.code).toBe(130);
  expect(lines(stopped.stdout).at(-1)).toEqual({
    type: 'interrupt',
    step: 160,
    folder,
    resume: `npx ascent train --resume ${folder}`,
  });
  const rest = await resume('--json');
  expect(rest.code).toBe(0);
  expect(lines(rest.stdout)[0]).toMatchObject({ type: 'start', step: 160 });
  for (const name of ['policy.onnx', 'checkpoint.safetensors', 'record.json']) {
    expect(readFileSync(join(folder, name))).toEqual(readFileSync(join(whole, name)));
  }
});

test('a finished run is refused as a new one; resuming it leaves everything as it was', async () => {
  await train('--quiet');
  const again = await train();
  expect(again.code).toBe(2);
  expect(again.stderr).toMatch(
    /already holds a run; choose another folder \(--out\) or continue it \(--resume\)/,
  );
  const [metrics, record] = [read('metrics.jsonl'), read('record.json')];
  expect((await resume('--quiet')).code).toBe(0);
  expect([read('metrics.jsonl'), read('record.json')]).toEqual([metrics, record]);
});

test('a run that was killed before its first checkpoint starts again', async () => {
  await train('--quiet');
  const files = ['policy.onnx', 'checkpoint.safetensors', 'record.json'];
  const before = files.map((name) => readFileSync(join(folder, name)));
  for (const name of files) rmSync(join(folder, name));
  const { code, stderr } = await ascent(['evaluate', folder]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/no checkpoint yet; start it again with .*--resume/);
  expect((await resume('--quiet')).code).toBe(0);
  expect(files.map((name) => readFileSync(join(folder, name)))).toEqual(before);
  expect(lines(read('metrics.jsonl'))).toHaveLength(17); // 16 iterations and the evaluation
});

test.each([
  [['train', 'ppo', '--learning-rate', '1'], /--learning-rate cannot be given/],
  [['train', 'ppo', '--seed', '1'], /--seed cannot be given/],
  [['train', 'ppo', 'Pendulum-v1'], /Pendulum-v1 cannot be given/],
  [['train', '--steps', '8'], /--steps cannot be given/],
])('resuming with %j is refused', async (parameters, message) => {
  await train('--quiet');
  const { code, stderr } = await ascent([...parameters, '--resume', folder]);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

test('a checkpoint that is truncated, corrupt or of another architecture is refused', async () => {
  await train('--quiet');
  const path = join(folder, 'checkpoint.safetensors');
  const bytes = readFileSync(path);
  const config = json<{ hyperparameters: object }>('config.json');
  const refused = async (message: RegExp): Promise<void> => {
    for (const { code, stderr } of [await resume(), await ascent(['evaluate', folder])]) {
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
  };
  writeFileSync(path, bytes.subarray(0, 1000));
  await refused(/checkpoint\.safetensors: .*truncated/);
  const flipped = Buffer.from(bytes);
  flipped[flipped.length - 5]! ^= 1;
  writeFileSync(path, flipped);
  await refused(/checkpoint\.safetensors: .*corrupt/);
  writeFileSync(path, bytes);
  const hyperparameters = { ...config.hyperparameters, hiddenSizes: [9] };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, hyperparameters }));
  await refused(/expected array "parameters" of shape .* another architecture/);
});

test("a user's environment trains, and is resumed from anywhere", async () => {
  const module = fileURLToPath(new URL('../fixtures/corridor.js', import.meta.url));
  const { code, stdout } = await ascent(['train', 'ppo', module, ...tiny, '--out', folder]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/ppo · corridor · seed 0/);
  expect(json('config.json')).toMatchObject({ environment: module });
  expect((await resume('--quiet')).code).toBe(0);
});

test('threads change nothing in a run, and --dump shows what was compiled', async () => {
  await train('--quiet');
  const { meanReturn } = json<{ results: { meanReturn: number } }>('record.json').results;
  const checkpoint = read('checkpoint.safetensors');
  folder = join(root, 'again');
  const dump = join(root, 'dump');
  expect((await train('--quiet', '--threads', '2', '--hidden-sizes', '8', '--dump', dump)).code).toBe(0);
  expect(read('checkpoint.safetensors')).toBe(checkpoint);
  expect(json('record.json')).toMatchObject({ results: { meanReturn } });
  expect(readdirSync(dump)[0]).toBe('01.txt');
  const text = readFileSync(join(dump, '01.txt'), 'utf8');
  expect(text).toMatch(/^program\(.*return .*func \d+ .*f32x4/s);
});

test('a training that diverges fails with code 1 and keeps its checkpoint', async () => {
  const parameters = [...tiny, '--learning-rate', '1e30', '--max-gradient-norm', '1e30', '--out', folder];
  const { code, stderr } = await ascent(['train', 'ppo', 'Pendulum-v1', ...parameters, '--quiet']);
  expect(stderr).toMatch(/became (NaN|-?Infinity) at step \d+/);
  expect(code).toBe(1);
  expect(readdirSync(folder).filter((name) => name.endsWith('.lock'))).toEqual([]);
});

test('what diverges later keeps the last checkpoint from before, with its replay buffer', async () => {
  const late = ['--learning-starts', '100', '--steps-per-iteration', '50', '--checkpoint-every', '50'];
  const wild = ['--learning-rate', '1e30', '--hidden-sizes', '8', '--buffer-size', '200', '--out', folder];
  const { code, stderr } = await ascent(['train', 'sac', 'Pendulum-v1', ...late, ...wild, '--quiet']);
  expect(stderr).toMatch(/sac: \w+ became (NaN|-?Infinity) at step 1\d\d; the last checkpoint/);
  expect(code).toBe(1);
  const { metadata, arrays } = decodeSnapshot(readFileSync(join(folder, 'checkpoint.safetensors')));
  expect(metadata.step).toBe(100);
  expect(arrays['replay.rewards']).toHaveLength(100);
  expect(arrays['actor']!.every((parameter) => Number.isFinite(Number(parameter)))).toBe(true);
});
