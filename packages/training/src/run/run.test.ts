import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CheckpointError, ConfigError } from '@ascent-rl/core/errors';
import { memoryInUse } from '../../fixtures/memory-in-use.ts';
import type { Snapshot } from '../checkpoint.ts';
import { createRun, openRun, readRun } from './run.ts';
import { nodeFiles, type FileSystem } from './files.ts';
import { fileVersionRecord, scalarsRecord, startRecord } from './tensorboard.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'ascent-run-'));
  folder = join(root, 'deep', 'run');
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const config = { algorithm: 'ppo', seed: 3, discount: 0.99 };
const now = (): number => 1_700_000_000_500;
const read = (name: string): string => fs.readFileSync(join(folder, name), 'utf8');
const snapshotAt = (step: number): Snapshot => ({
  metadata: { step },
  arrays: { parameters: new Float32Array(1000).fill(step) },
});
const systemError = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });

test('a resumed run does not keep its snapshot in memory', async () => {
  const size = 2 ** 26;
  const first = createRun(folder, config);
  first.save({ metadata: { step: 1 }, arrays: { parameters: new Uint8Array(size) } });
  first.close();
  const before = await memoryInUse();
  const run = openRun(folder);
  const after = await memoryInUse();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(size / 2);
  run.close();
});

test('a run leaves its files, and reads them back', () => {
  const run = createRun(folder, config, { now });
  run.log(100, { 'rollout/ep_rew_mean': 1.5, 'train/explained_variance': NaN });
  run.log(200, { 'rollout/ep_rew_mean': 2 });
  run.save(snapshotAt(200));
  run.writePolicy(Uint8Array.of(8, 8));
  const record = {
    what: { algorithm: 'ppo' },
    seed: 3,
    steps: 200,
    versions: { node: '20' },
    results: { 'eval/mean_reward': 5 },
  };
  run.writeRecord(record);
  run.close();

  expect(JSON.parse(read('config.json'))).toEqual(config);
  expect(read('metrics.jsonl')).toBe(
    '{"step":100,"rollout/ep_rew_mean":1.5,"train/explained_variance":null}\n' +
      '{"step":200,"rollout/ep_rew_mean":2}\n',
  );
  expect(JSON.parse(read('record.json'))).toEqual(record);
  expect([...fs.readFileSync(join(folder, 'policy.onnx'))]).toEqual([8, 8]);
  expect(fs.readdirSync(folder).sort()).toEqual([
    'checkpoint.safetensors',
    'config.json',
    'events.out.tfevents.1700000000.ascent.0',
    'metrics.jsonl',
    'policy.onnx',
    'record.json',
  ]);
  const time = 1_700_000_000.5;
  expect(fs.readFileSync(join(folder, 'events.out.tfevents.1700000000.ascent.0'))).toEqual(
    Buffer.concat([
      fileVersionRecord(time),
      scalarsRecord(time, 100, { 'rollout/ep_rew_mean': 1.5, 'train/explained_variance': NaN }),
      scalarsRecord(time, 200, { 'rollout/ep_rew_mean': 2 }),
    ]),
  );

  const reader = readRun(folder);
  expect(reader.config).toEqual(config);
  expect(reader.checkpoint()).toEqual(snapshotAt(200));
  expect(reader.metrics().map(({ step }) => step)).toEqual([100, 200]);
});

describe('resuming', () => {
  test('drops what was logged after the checkpoint, and TensorBoard is told', () => {
    const first = createRun(folder, config, { now });
    first.log(100, { 'train/loss': 1 });
    first.save(snapshotAt(100));
    first.log(200, { 'train/loss': 2 });
    first.log(300, { 'train/loss': 3 });
    first.close();
    fs.appendFileSync(join(folder, 'metrics.jsonl'), '{"step":400,"train/lo'); // killed while writing

    const second = openRun(folder, { now });
    expect(second.config).toEqual(config);
    expect(second.checkpoint()).toEqual(snapshotAt(100));
    second.log(200, { 'train/loss': 2.5 });
    second.close();
    expect(read('metrics.jsonl')).toBe('{"step":100,"train/loss":1}\n{"step":200,"train/loss":2.5}\n');
    const time = 1_700_000_000.5;
    expect(fs.readFileSync(join(folder, 'events.out.tfevents.1700000000.ascent.1'))).toEqual(
      Buffer.concat([
        fileVersionRecord(time),
        startRecord(time, 101), // drops the steps from 101 on
        scalarsRecord(time, 200, { 'train/loss': 2.5 }),
      ]),
    );
  });

  test('a run that was killed before its first checkpoint starts anew', () => {
    const first = createRun(folder, config, { now });
    first.log(0, { 'eval/mean_reward': 1 });
    first.close();
    const second = openRun(folder, { now });
    expect(second.checkpoint()).toBeUndefined();
    expect(read('metrics.jsonl')).toBe('');
    second.close();
  });

  test('a corrupt checkpoint is an error that names the file, and lets go of the folder', () => {
    const run = createRun(folder, config, { now });
    run.save(snapshotAt(1));
    run.close();
    fs.truncateSync(join(folder, 'checkpoint.safetensors'), 500);
    expect(() => openRun(folder)).toThrow(CheckpointError);
    expect(() => openRun(folder)).toThrow(/run\/checkpoint\.safetensors: expected .* truncated/);
  });

  test('a checkpoint for which there is no memory is an error that says so', () => {
    const run = createRun(folder, config, { now });
    run.save(snapshotAt(1));
    run.close();
    const files = { ...nodeFiles, fstatSync: () => ({ size: 2 ** 52 }) } as unknown as FileSystem;
    expect(() => openRun(folder, { files })).toThrow(CheckpointError);
    expect(() => openRun(folder, { files })).toThrow(/safetensors: expected .* can be read: .*; free memory/);
  });

  test('a folder without a run is a configuration error', () => {
    expect(() => openRun(folder)).toThrow(ConfigError);
    expect(() => openRun(folder)).toThrow(`run "${folder}": expected a folder with a run's config.json`);
  });
});

describe('a folder that cannot be taken is a configuration error before any training:', () => {
  test('it holds a run', () => {
    createRun(folder, config).close();
    expect(() => createRun(folder, config)).toThrow(ConfigError);
    expect(() => createRun(folder, config)).toThrow('already holds a run; choose another folder (--out) or');
    expect(fs.readdirSync(folder).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  test('a living process writes to it', () => {
    const run = createRun(folder, config);
    expect(() => openRun(folder)).toThrow(ConfigError);
    expect(() => openRun(folder)).toThrow(`in use by process ${process.pid}`);
    run.close();
    openRun(folder).close();
    const other = join(folder, `run-${process.ppid}-0.lock`);
    fs.writeFileSync(other, '');
    expect(() => openRun(folder)).toThrow(`in use by process ${process.ppid}`);
    expect(() => openRun(folder)).toThrow(`if process ${process.ppid} is no training, delete ${other}`);
    fs.rmSync(other);
    openRun(folder).close();
  });

  test('another process comes at the same moment', () => {
    createRun(folder, config).close();
    // It leaves its file between our looking and our writing, whatever the order of the two.
    const meanwhile = (): void => fs.writeFileSync(join(folder, `run-${process.ppid}-0.lock`), '');
    const files = {
      ...nodeFiles,
      writeFileSync: (...parameters: Parameters<typeof fs.writeFileSync>) => {
        meanwhile();
        nodeFiles.writeFileSync(...parameters);
      },
    };
    expect(() => openRun(folder, { files })).toThrow(`in use by process ${process.ppid}`);
    expect(fs.readdirSync(folder).filter((name) => name.startsWith(`run-${process.pid}`))).toEqual([]);
  });

  test('its path leads through a file', () => {
    fs.writeFileSync(join(root, 'file'), '');
    const create = () => createRun(join(root, 'file', 'run'), config);
    expect(create).toThrow(ConfigError);
    expect(create).toThrow(
      /expected a folder that can be written: ENOTDIR.*; make it so or choose another \(--out\)/,
    );
  });

  test.each(['mkdirSync', 'openSync', 'writeFileSync', 'fsyncSync', 'renameSync'] as const)(
    '%s is denied',
    (name) => {
      const files: FileSystem = {
        ...nodeFiles,
        [name]: () => {
          throw systemError('EACCES');
        },
      };
      expect(() => createRun(folder, config, { files })).toThrow(ConfigError);
      const left = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
      expect(left.filter((file) => !file.startsWith('events.'))).toEqual([]);
    },
  );
});

test.each([
  ['a process that is gone', () => spawnSync(process.execPath, ['--version']).pid],
  ['an earlier process with our number', () => process.pid],
])('the lock of %s is taken over', (_, holder) => {
  createRun(folder, config).close();
  const name = `run-${holder()}-1.lock`;
  fs.writeFileSync(join(folder, name), '');
  openRun(folder).close();
  expect(fs.existsSync(join(folder, name))).toBe(false);
});

test.each(['openSync', 'writeFileSync', 'fsyncSync', 'closeSync', 'renameSync'] as const)(
  'a disk that is full at %s keeps the last checkpoint and nothing else',
  (name) => {
    let full = false;
    const real = nodeFiles[name] as (...parameters: unknown[]) => unknown;
    const failing = (...parameters: unknown[]): unknown => {
      if (!full) return real(...parameters);
      if (name === 'writeFileSync') real(parameters[0], Buffer.alloc(10)); // a part of it fits
      if (name === 'closeSync') real(...parameters);
      throw systemError('ENOSPC');
    };
    const run = createRun(folder, config, { now, files: { ...nodeFiles, [name]: failing } });
    run.save(snapshotAt(1));
    const before = fs.readdirSync(folder);
    full = true;
    expect(() => run.save(snapshotAt(2))).toThrow(CheckpointError);
    expect(() => run.save(snapshotAt(2))).toThrow(
      /could not write checkpoint\.safetensors: ENOSPC.*--resume/,
    );
    expect(fs.readdirSync(folder)).toEqual(before);
    expect(readRun(folder).checkpoint()).toEqual(snapshotAt(1));
    full = false;
    run.save(snapshotAt(3));
    expect(readRun(folder).checkpoint()).toEqual(snapshotAt(3));
    run.close();
  },
);

test('killed in the middle of saving, a run can be taken up from a whole checkpoint', async () => {
  const program = `
    import { createRun } from ${JSON.stringify(fileURLToPath(new URL('run.ts', import.meta.url)))};
    const run = createRun(process.argv[1], {});
    for (let step = 1; ; step++) {
      run.log(step, { 'train/loss': step });
      run.save({ metadata: { step }, arrays: { parameters: new Float32Array(300_000).fill(step) } });
    }`;
  const flags = [
    '--conditions=@ascent-rl/source',
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    program,
    folder,
  ];
  const child = spawn(process.execPath, flags, { stdio: 'inherit' });
  while (!fs.existsSync(join(folder, 'checkpoint.safetensors'))) await sleep(2);
  await sleep(30);
  child.kill('SIGKILL');
  await once(child, 'exit');

  const run = openRun(folder);
  const { metadata, arrays } = run.checkpoint()!;
  expect(metadata.step).toBeGreaterThan(0);
  expect(new Set(arrays['parameters'] as Float32Array)).toEqual(new Set([metadata.step]));
  expect(readRun(folder).metrics().at(-1)).toEqual({ step: metadata.step, 'train/loss': metadata.step });
  run.close();
});
