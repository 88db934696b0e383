/**
 * The run folder: everything that one training leaves behind, and what resuming it, evaluating it and looking at it
 * start from.
 *
 *   config.json             the resolved configuration; a folder with this file holds a run
 *   metrics.jsonl           one JSON object a line: `step`, then metrics by name (null where not a finite number)
 *   events.out.tfevents.*   the same for TensorBoard
 *   checkpoint.safetensors  the last snapshot, replaced in one step
 *   policy.onnx             the trained policy
 *   record.json             what was done, with which versions, and what came of it
 *   run-<process>-….lock    the process that writes here, while it does
 */
import { join, resolve } from 'node:path';
import { CheckpointError, ConfigError } from '@ascent-rl/core/errors';
import { decodeSnapshot, encodeSnapshot, jsonText, type Json, type Snapshot } from '../checkpoint.ts';
import { guarded } from '../guarded.ts';
import { makeFolder, nodeFiles, readBytes, writeAtomically, type FileSystem } from './files.ts';
import { lock } from './lock.ts';
import { dropMetricsAfter, readMetrics, type MetricsLine } from './metrics-file.ts';
import { fileVersionRecord, scalarsRecord, startRecord } from './tensorboard.ts';

/** What a run folder takes from its surroundings. */
export interface RunOptions {
  /** The time in milliseconds since 1970, for TensorBoard's clock only; `Date.now` by default. */
  readonly now?: () => number;
  /** The file system; node:fs by default. */
  readonly files?: FileSystem;
}

/** What was run and what came of it. */
export interface RunRecord {
  /** Algorithm, environment and backend, by their names. */
  readonly what: Readonly<Record<string, string>>;
  /** Seed of all randomness. */
  readonly seed: number;
  /** Environment steps taken. */
  readonly steps: number;
  /** Versions of what it ran on, by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Numbers that came of it, by name. */
  readonly results: Readonly<Record<string, Json>>;
}

/** A run folder that this process writes. Writing raises CheckpointError where the disk is full or fails. */
export interface Run {
  /** The folder. */
  readonly path: string;
  /** The resolved configuration, as config.json has it. */
  readonly config: Json;
  /** Reads the last snapshot; see {@link RunReader.checkpoint}. */
  checkpoint(): Snapshot | undefined;
  /** Reads what was logged; see {@link RunReader.metrics}. */
  metrics(): readonly MetricsLine[];
  /** Adds metrics of `step`, which never falls, to metrics.jsonl and the TensorBoard events. */
  log(step: number, metrics: Readonly<Record<string, number>>): void;
  /** Replaces the checkpoint; where that fails, the previous one stays. */
  save(snapshot: Snapshot): void;
  /** Writes policy.onnx. */
  writePolicy(model: Uint8Array): void;
  /** Writes record.json. */
  writeRecord(record: RunRecord): void;
  /** Lets go of the folder. */
  close(): void;
}

/**
 * Starts a run in the folder `path`, which is made where it is missing.
 * Raises ConfigError where it holds a run already, is in use, or cannot be written.
 */
export function createRun(path: string, config: object, options: RunOptions = {}): Run {
  const { files = nodeFiles } = options;
  const text = jsonText(config, 2);
  return guarded(unwritable(path), () => {
    makeFolder(files, resolve(path));
    return holding(files, path, (close) => {
      if (files.existsSync(join(path, 'config.json'))) {
        throw new ConfigError(
          `run "${path}": this folder already holds a run; choose another folder (--out) or continue it (--resume)`,
        );
      }
      const run = writableRun(path, JSON.parse(text) as Json, 0, close, options);
      writeAtomically(files, join(path, 'config.json'), `${text}\n`); // last: from here on the folder holds a run
      return run;
    });
  });
}

/**
 * Takes up the run in the folder `path` where its checkpoint left it: metrics of later steps are dropped.
 * Raises ConfigError where there is no run, it is in use or cannot be written, CheckpointError where the checkpoint is
 * truncated or corrupt.
 */
export function openRun(path: string, options: RunOptions = {}): Run {
  const { files = nodeFiles } = options;
  const { config } = readRun(path, files);
  return guarded(unwritable(path), () =>
    holding(files, path, (close) => {
      const step = readCheckpoint(files, path)?.metadata.step ?? -1;
      dropMetricsAfter(files, path, step);
      return writableRun(path, config, step + 1, close, options);
    }),
  );
}

/** A run as others see it, while it is written or after. */
export interface RunReader {
  /** The resolved configuration. */
  readonly config: Json;
  /** Reads the last snapshot; undefined before the first. Raises CheckpointError where it is truncated or corrupt. */
  checkpoint(): Snapshot | undefined;
  /** Reads the metrics, a line being written left out. */
  metrics(): readonly MetricsLine[];
}

/** Reads the run in the folder `path`. Raises ConfigError where there is none. */
export function readRun(path: string, files: FileSystem = nodeFiles): RunReader {
  const missing = (problem: string, cause: ErrorOptions): ConfigError =>
    new ConfigError(`run "${path}": expected a folder with a run's config.json; ${problem}`, cause);
  const config = guarded(
    missing,
    () => JSON.parse(files.readFileSync(join(path, 'config.json'), 'utf8')) as Json,
  );
  return {
    config,
    checkpoint: () => readCheckpoint(files, path),
    metrics: () => readMetrics(files, path).lines,
  };
}

function readCheckpoint(files: FileSystem, path: string): Snapshot | undefined {
  const file = join(path, 'checkpoint.safetensors');
  if (!files.existsSync(file)) return undefined;
  const unreadable = (problem: string, cause: ErrorOptions): CheckpointError =>
    new CheckpointError(
      `${file}: expected a file that can be read: ${problem}; free memory or make it readable`,
      cause,
    );
  return decodeSnapshot(
    guarded(unreadable, () => readBytes(files, file)),
    file,
  );
}

function writableRun(
  path: string,
  config: Json,
  firstStep: number,
  close: () => void,
  { now = Date.now, files = nodeFiles }: RunOptions,
): Run {
  const seconds = (): number => now() / 1000;
  const events = startEvents(files, path, seconds(), firstStep);
  const writing = (name: string, work: () => void): void =>
    guarded(
      (problem, cause) =>
        new CheckpointError(
          `run "${path}": could not write ${name}: ${problem}; the last checkpoint is intact: ` +
            `make room, then continue with --resume`,
          cause,
        ),
      work,
    );
  const replace = (name: string, data: string | Uint8Array): void =>
    writing(name, () => writeAtomically(files, join(path, name), data));
  return {
    path,
    config,
    checkpoint: () => readCheckpoint(files, path),
    metrics: () => readMetrics(files, path).lines,
    log(step, metrics) {
      const line = `${JSON.stringify({ step, ...metrics })}\n`;
      writing('metrics.jsonl', () => files.appendFileSync(join(path, 'metrics.jsonl'), line));
      writing('events', () => files.appendFileSync(events, scalarsRecord(seconds(), step, metrics)));
    },
    save: (snapshot) => replace('checkpoint.safetensors', encodeSnapshot(snapshot)),
    writePolicy: (model) => replace('policy.onnx', model),
    writeRecord: (record) => replace('record.json', `${jsonText(record, 2)}\n`),
    close,
  };
}

/** Begins a file of TensorBoard events that replaces what earlier ones say of `step` and later; returns its path. */
function startEvents(files: FileSystem, path: string, time: number, step: number): string {
  const earlier = files.readdirSync(path).filter((name) => name.startsWith('events.out.tfevents.')).length;
  // TensorBoard reads the files of a folder in the order of their names.
  const name = `events.out.tfevents.${Math.floor(time).toString().padStart(10, '0')}.ascent.${earlier}`;
  const start = earlier > 0 ? [startRecord(time, step)] : [];
  files.writeFileSync(join(path, name), Buffer.concat([fileVersionRecord(time), ...start]));
  return join(path, name);
}

/** Takes the folder's lock for `work`, which keeps it unless it fails. */
function holding<T>(files: FileSystem, path: string, work: (release: () => void) => T): T {
  const { release } = lock(files, path);
  try {
    return work(release);
  } catch (error) {
    release();
    throw error;
  }
}

function unwritable(path: string): (problem: string, cause: ErrorOptions) => ConfigError {
  return (problem, cause) =>
    new ConfigError(
      `run "${path}": expected a folder that can be written: ${problem}; make it so or choose another (--out)`,
      cause,
    );
}
