/**
 * What a package imports is what its package.json says: sources need `dependencies` (or peers), tests may use
 * `devDependencies`, packages of this repository are there for tests without a word, and nothing is listed in vain.
 */
import { builtinModules } from 'node:module';
import { read, repositoryFiles } from './files.ts';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, unknown>>;
}

const importPattern = /(?<![-\w])(?:from|import) ?\(?'([^'.\n][^'\n]*)'/g;
const scope = '@ascent-rl/';

/** Undeclared, unused and undocumented dependencies. */
export function dependencyProblems(): string[] {
  const files = repositoryFiles();
  const documented = read('docs/dependencies.md');
  const manifests = files.filter((path) => /^(packages|apps)\/[^/]+\/package\.json$/.test(path));
  return manifests.flatMap((path) => {
    const manifest = JSON.parse(read(path)) as Manifest;
    const folder = path.slice(0, -'package.json'.length);
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
    const forTests = { ...declared, ...manifest.devDependencies };
    const used = new Set<string>();
    const problems: string[] = [];
    for (const source of files.filter((file) => file.startsWith(`${folder}src/`) && file.endsWith('.ts'))) {
      const isTest = source.endsWith('.test.ts') || source.includes('/testing/');
      for (const [, specifier] of withoutComments(read(source)).matchAll(importPattern)) {
        const name = packageOf(specifier!);
        used.add(name);
        if (name === manifest.name || name in declared || builtinModules.includes(name)) continue;
        if (isTest && (name in forTests || name === '@jest/globals' || name.startsWith(scope))) continue;
        problems.push(`${source}: imports ${name}, which ${path} does not list`);
      }
    }
    for (const name of Object.keys(forTests)) {
      // What need not be installed is imported by a name that only the running program knows.
      const isOptional = name in (manifest.peerDependenciesMeta ?? {});
      if (!used.has(name) && !isOptional) problems.push(`${path}: lists ${name}, which nothing imports`);
      if (!name.startsWith(scope) && !documented.includes(name)) {
        problems.push(`${path}: lists ${name}, which docs/dependencies.md does not explain`);
      }
    }
    return problems;
  });
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier.slice('node:'.length).split('/')[0]!;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Examples in documentation import what their reader has. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '');
}
