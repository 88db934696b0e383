/** `--dump`: what a backend made of the programs of a training, as text files. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatProgram, type Backend } from '@ascent-rl/core';
import { ConfigError } from '@ascent-rl/core/errors';
import { writeOutput } from './output-file.ts';

/**
 * The same backend, writing a file for each program as it is bound: the operations as traced, then, where the backend
 * writes code, that code. Files are numbered in the order of binding.
 *
 * @throws ConfigError for a folder that cannot be written.
 */
export function dumped(backend: Backend, folder: string): Backend {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new ConfigError(`--dump ${folder}: ${(cause as Error).message}`, { cause });
  }
  let count = 0;
  return {
    ...backend,
    // A backend that chooses tells its engine only when it has compiled.
    get capabilities() {
      return backend.capabilities;
    },
    async compile(program, options) {
      const executable = await backend.compile(program, options);
      return {
        ...executable,
        bind(inputs, outputs) {
          const call = executable.bind(inputs, outputs);
          const code = executable.dump?.(inputs, outputs);
          const text = [formatProgram(program), ...(code === undefined ? [] : [code])].join('\n\n');
          writeOutput('--dump', join(folder, `${String(++count).padStart(2, '0')}.txt`), `${text}\n`);
          return call;
        },
      };
    },
  };
}
