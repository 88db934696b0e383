/**
 * The few file operations that a run folder needs, given as a value so that a test can put a full disk in their
 * place, and a write that leaves either the old file or the new one, never half of one.
 */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { AscentError } from '@ascent-rl/core/errors';

/** The functions of node:fs that a run folder uses. */
export type FileSystem = Pick<
  typeof fs,
  | 'appendFileSync'
  | 'closeSync'
  | 'existsSync'
  | 'fsyncSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'readdirSync'
  | 'renameSync'
  | 'rmSync'
  | 'truncateSync'
  | 'writeFileSync'
>;

/** The real file system. */
export const nodeFiles: FileSystem = fs;

/**
 * Replaces the file at `path` in one step: the bytes go to a temporary file, which is on the disk before it takes the
 * name. Whatever fails or is killed on the way, the previous file stays as it was; a failure removes the temporary.
 */
export function writeAtomically(files: FileSystem, path: string, data: string | Uint8Array): void {
  const temporary = `${path}.partial`;
  try {
    const file = files.openSync(temporary, 'w');
    try {
      files.writeFileSync(file, data);
      files.fsyncSync(file);
    } finally {
      files.closeSync(file);
    }
    files.renameSync(temporary, path);
  } catch (error) {
    files.rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(files, dirname(path));
}

/**
 * Makes a folder and those above it. Node's own `recursive` never returns where the system refuses with ENOENT, as it
 * does below /proc.
 */
export function makeFolder(files: FileSystem, path: string): void {
  if (files.existsSync(path)) return;
  makeFolder(files, dirname(path));
  files.mkdirSync(path);
}

/** Puts a folder's names on the disk, so that a rename outlives a power cut. Windows has no such call. */
function syncFolder(files: FileSystem, path: string): void {
  if (process.platform === 'win32') return;
  const folder = files.openSync(path, 'r');
  try {
    files.fsyncSync(folder);
  } finally {
    files.closeSync(folder);
  }
}

/** Runs file operations; a system's error goes on as the one that `raise` makes of its message, our own as it is. */
export function guarded<T>(raise: (problem: string, options: ErrorOptions) => AscentError, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof AscentError) throw cause;
    throw raise((cause as Error).message, { cause });
  }
}
