/** Files that a user names for results. */
import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '@ascent-rl/core/errors';

/** Refuses a file that `command` could not write, before the work for it is done. */
export function expectWritable(command: string, file: string): void {
  writing(command, () => {
    const exists = existsSync(file);
    if (exists && statSync(file).isDirectory()) throw new Error(`${file} is a folder`);
    accessSync(exists ? file : dirname(file), constants.W_OK);
  });
}

/** Writes a file. Raises ConfigError where that is not possible. */
export function writeOutput(command: string, file: string, data: string | Uint8Array): void {
  writing(command, () => writeFileSync(file, data));
}

function writing(command: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new ConfigError(
      `${command}: expected a file that can be written: ${(cause as Error).message}; choose another`,
      { cause },
    );
  }
}
