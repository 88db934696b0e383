/**
 * One writer a run folder. Every process that wants the folder leaves a file there with its number in the name, and
 * only then looks for files of others that live: of two that come at once both may give up, but never do both stay.
 * A process that was killed leaves its file behind; whoever sees that it is gone removes it. Process numbers are those
 * of one machine.
 */
import { join } from 'node:path';
import { ConfigError } from '@ascent-rl/core/errors';
import type { FileSystem } from './files.ts';

/** A folder held by this process. */
export interface Lock {
  /** Lets go of the folder. */
  release(): void;
}

/** Takes the run folder at `path`. Raises ConfigError where a living process holds it. */
export function lock(files: FileSystem, path: string): Lock {
  const own = lockName(process.pid, performance.timeOrigin);
  const release = (): void => files.rmSync(join(path, own), { force: true });
  if (files.existsSync(join(path, own))) throw inUse(path, own, process.pid);
  files.writeFileSync(join(path, own), '');
  try {
    for (const name of files.readdirSync(path)) {
      const pid = Number(/^run-([1-9]\d*)-\d+\.lock$/.exec(name)?.[1]);
      if (name === own || Number.isNaN(pid)) continue;
      if (isAlive(pid)) throw inUse(path, name, pid);
      files.rmSync(join(path, name), { force: true });
    }
  } catch (error) {
    release();
    throw error;
  }
  return { release };
}

/** A container may give the same number to every process, so its start, in milliseconds since 1970, is there too. */
function lockName(pid: number, started: number): string {
  return `run-${pid}-${Math.floor(started)}.lock`;
}

/** Whether a process other than this one lives. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false; // an earlier one with our number
  try {
    process.kill(pid, 0); // asks, and sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, and another user's
  }
}

function inUse(path: string, name: string, pid: number): ConfigError {
  return new ConfigError(
    `run "${path}": in use by process ${pid}; stop that training first, or write to another folder (--out); if process ` +
      `${pid} is no training, delete ${join(path, name)}`,
  );
}
