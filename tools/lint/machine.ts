/** Nothing names one machine: no home or work folder, and no registry in the lockfile. */
import { read, repositoryFiles } from './files.ts';

const text = /\.(ts|cts|mts|js|cjs|mjs|json|md|yml|sh)$|\/run$|^\.[a-z]+rc$/;
const place = /(?<![\w.])\/(home|Users|root|work)\/[\w.-]+/;

/** Lines that hold only where they were written. */
export function machineProblems(): string[] {
  const lockfile = read('package-lock.json')
    .split('\n')
    .flatMap((line, i) =>
      /"resolved":\s*"(https?|git)/.test(line)
        ? [`package-lock.json:${i + 1}: names a host: ${line.trim()}`]
        : [],
    );
  const files = repositoryFiles().filter((path) => text.test(path) && path !== 'package-lock.json');
  return [
    ...lockfile,
    ...files.flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, i) => (place.test(line) ? [`${path}:${i + 1}: names a folder of one machine`] : [])),
    ),
  ];
}
