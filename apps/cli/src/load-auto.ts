/** The backend `auto`: of everything installed, with a memory of what was measured on this machine. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatProgram, type Backend, type Program } from '@ascent-rl/core';
import { autoBackend, type AutoBackend, type Memory, type Times } from '@ascent-rl/core/auto';
import { BackendError } from '@ascent-rl/core/errors';
import { version } from './version.ts';

/** Where measurements are kept: `$XDG_CACHE_HOME/ascent`, by default `~/.cache/ascent`. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ascent');
}

/**
 * Loads every backend of a list that is installed.
 *
 * @throws BackendError when none is.
 */
export async function loadAuto(loaders: readonly (() => Promise<Backend>)[]): Promise<AutoBackend> {
  const candidates: Backend[] = [];
  for (const load of loaders) {
    try {
      candidates.push(await load());
    } catch (error) {
      if (!(error instanceof BackendError)) throw error; // not installed is no fault here
    }
  }
  const memory = fileMemory(join(cacheFolder(), 'times.json'), candidates);
  return autoBackend({ candidates, memory, now: () => performance.now() });
}

/** Times in a JSON file, by program, machine and versions. A file that cannot be read or written is done without. */
function fileMemory(path: string, candidates: readonly Backend[]): Memory {
  const surroundings = [
    `ascent ${version}, node ${process.versions.node} ${process.platform} ${process.arch}`,
    `${cpus().length} × ${cpus()[0]?.model}`,
    ...candidates.map(({ name, capabilities: { engine, threads } }) => `${name}: ${engine}, ${threads}`),
  ].join('\n');
  const read = (): Record<string, Times> => {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Times>;
    } catch {
      return {};
    }
  };
  const keyOf = (program: Program): string =>
    createHash('sha256')
      .update(`${surroundings}\n${formatProgram(program)}`)
      .digest('hex');
  return {
    recall: (program) => read()[keyOf(program)],
    keep(program, times) {
      try {
        mkdirSync(dirname(path), { recursive: true });
        const draft = `${path}.${process.pid}`;
        writeFileSync(draft, JSON.stringify({ ...read(), [keyOf(program)]: times }, null, 1));
        renameSync(draft, path);
      } catch {
        // A home that cannot be written to costs the measurement of the next time.
      }
    },
  };
}
