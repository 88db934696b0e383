/** The files that git tracks or would track. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** Paths from the root, of files that are tracked or new and not ignored. */
export function repositoryFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
  return list
    .toString()
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)));
}

/** The text of a file. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
