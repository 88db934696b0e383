/**
 * The few file operations that a run folder needs, given as a value so that a test can put a full disk in their
 * place, and a write that leaves either the old file or the new one, never half of one.
 */
import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** The functions of node:fs that a run folder uses. */
export type FileSystem = Pick<
  typeof fs,
  | 'appendFileSync'
  | 'closeSync'
  | 'existsSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'readSync'
  | 'readdirSync'
  | 'renameSync'
  | 'rmSync'
  | 'truncateSync'
  | 'writeFileSync'
>;

/** The real file system. */
export const nodeFiles: FileSystem = fs;

/** Bytes read or written at once; Node refuses more than 2³¹ − 1. */
const largestPiece = 2 ** 30;

/**
 * Replaces the file at `path` in one step: the bytes go to a temporary file, which is on the disk before it takes the
 * name. Whatever fails or is killed on the way, the previous file stays as it was; a failure removes the temporary.
 */
export function writeAtomically(
  files: FileSystem,
  path: string,
  data: string | Uint8Array,
  piece = largestPiece,
): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  const temporary = `${path}.partial`;
  try {
    const file = files.openSync(temporary, 'w');
    try {
      for (let at = 0; at < bytes.length; at += piece) {
        files.writeFileSync(file, bytes.subarray(at, at + piece));
      }
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

/** The bytes of the file at `path`, of any length for which there is memory. */
export function readBytes(files: FileSystem, path: string, piece = largestPiece): Uint8Array {
  const file = files.openSync(path, 'r');
  try {
    const bytes = new Uint8Array(files.fstatSync(file).size);
    let end = 0;
    for (let count = piece; count > 0; end += count) {
      count = files.readSync(file, bytes, end, Math.min(piece, bytes.length - end), null);
    }
    return bytes.subarray(0, end);
  } finally {
    files.closeSync(file);
  }
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
