/** Relative links in Markdown lead to files. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { read, repositoryFiles, root } from './files.ts';

const linkPattern = /\]\(([^)\s]+)\)/g;

/** Links that lead nowhere. */
export function linkProblems(): string[] {
  return repositoryFiles()
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) =>
      [...read(path).matchAll(linkPattern)].flatMap(([, link]) => {
        if (/^(https?:|mailto:|#)/.test(link!)) return [];
        const target = join(root, dirname(path), link!.split('#')[0]!);
        return existsSync(target) ? [] : [`${path}: links to ${link}, which is not there`];
      }),
    );
}
