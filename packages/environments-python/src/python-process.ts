/**
 * A Python process at the other end of two named pipes. Calls wait until the bytes are there, as environments do: their
 * `step` returns the result, no promise. What the process prints goes into a file without a name, for messages.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, UnsupportedError } from '@ascent-rl/core/errors';

/** A running process. */
export interface PythonProcess {
  /**
   * Sends bytes; whether the process was there to take them.
   *
   * @throws EnvironmentError after `close`.
   */
  write(bytes: Uint8Array): boolean;
  /** Waits for as many bytes as fit; false when the process ended before. */
  read(into: Uint8Array): boolean;
  /** The end of what was printed. */
  printed(): string;
  /** Lets it end. */
  close(): void;
}

/** How much of what was printed a message shows, in bytes. */
const shown = 2000;

/**
 * Starts a program with parameters.
 *
 * @throws UnsupportedError where there is no such program, or no named pipes (on Windows).
 */
export function startProcess(name: string, program: string, parameters: readonly string[]): PythonProcess {
  const folder = mkdtempSync(join(tmpdir(), 'ascent-python-'));
  const open: number[] = [];
  const opened = (path: string, flags: string): number => {
    const descriptor = openSync(join(folder, path), flags);
    open.push(descriptor);
    return descriptor;
  };
  const close = (descriptors: readonly number[]): void => {
    for (const descriptor of descriptors) {
      const at = open.indexOf(descriptor);
      if (at >= 0) closeSync(open.splice(at, 1)[0]!);
    }
  };
  try {
    makePipes(name, folder);
    // Opening one end waits for the other, unless somebody holds both.
    const both = [opened('requests', 'r+'), opened('answers', 'r+')];
    const requests = { read: opened('requests', 'r'), write: opened('requests', 'w') };
    const answers = { read: opened('answers', 'r'), write: opened('answers', 'w') };
    const log = opened('log', 'w+');

    const child = spawn(program, parameters, {
      stdio: ['ignore', log, log, requests.read, answers.write],
      env: process.env,
    });
    child.on('error', () => undefined); // Told below, and at once.
    child.unref();
    close([...both, requests.read, answers.write]);
    if (child.pid === undefined) {
      throw new UnsupportedError(
        `${name}: expected a program "${program}" to run Python environments, which could not be started; install ` +
          "Python 3, or name it: { python: '/path/to/python3' }",
      );
    }
    return {
      write(bytes) {
        if (open.length === 0) {
          throw new EnvironmentError(`${name}: it was closed, or failed before; make a new one`);
        }
        return writeAll(requests.write, bytes);
      },
      read: (into) => readAll(answers.read, into),
      printed() {
        const { size } = fstatSync(log);
        const bytes = Buffer.alloc(Math.min(size, shown));
        readSync(log, bytes, 0, bytes.length, size - bytes.length);
        return bytes.toString().trim();
      },
      close: () => close([...open]),
    };
  } catch (error) {
    close([...open]);
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function makePipes(name: string, folder: string): void {
  const { status } = spawnSync('mkfifo', [join(folder, 'requests'), join(folder, 'answers')]);
  if (status !== 0) {
    throw new UnsupportedError(
      `${name}: Python environments need named pipes (mkfifo), which this system does not have; use Linux, macOS, or ` +
        'the Windows Subsystem for Linux',
    );
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): boolean {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false;
    throw error;
  }
}

function readAll(descriptor: number, into: Uint8Array): boolean {
  for (let at = 0; at < into.length;) {
    const count = readSync(descriptor, into, at, into.length - at, null);
    if (count === 0) return false;
    at += count;
  }
  return true;
}
