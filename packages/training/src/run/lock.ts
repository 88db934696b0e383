/**
 * One writer a run folder: a lock file with the writer's process. A process that was killed leaves its lock behind;
 * the next one sees that it is gone and takes over. Process numbers are those of one machine.
 */
import { join } from 'node:path';
import { ConfigError } from '@ascent-rl/core/errors';
import type { FileSystem } from './files.ts';

/** Who holds a lock. A container may give the same number to every process, so its start is kept as well. */
interface Holder {
  readonly pid: number;
  /** When the process started, in milliseconds since 1970. */
  readonly started: number;
}

/** A folder held by this process. */
export interface Lock {
  /** Lets go of the folder. */
  release(): void;
}

/** Takes the run folder at `path`. Raises ConfigError where a living process holds it. */
export function lock(files: FileSystem, path: string): Lock {
  const file = join(path, 'run.lock');
  const holder = currentHolder(files, file);
  if (holder && isAlive(holder)) {
    throw new ConfigError(
      `run "${path}": in use by process ${holder.pid}; stop that training first, or write to another folder (--out)`,
    );
  }
  files.rmSync(file, { force: true });
  const self: Holder = { pid: process.pid, started: performance.timeOrigin };
  files.writeFileSync(file, JSON.stringify(self), { flag: 'wx' }); // fails if another was faster
  return { release: () => files.rmSync(file, { force: true }) };
}

/** The holder written in the lock file; undefined where there is none, or only half of one. */
function currentHolder(files: FileSystem, file: string): Holder | undefined {
  if (!files.existsSync(file)) return undefined;
  try {
    return JSON.parse(files.readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined; // killed while writing it
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (pid === process.pid) return started === performance.timeOrigin;
  try {
    process.kill(pid, 0); // asks, and sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, and another user's
  }
}
