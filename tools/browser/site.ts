/** Pages bundled from source, as files in memory: what a browser loads and what a build writes. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How sources of this repository become one file for browsers; a `node:` import anywhere is an error. */
export const browserBundle = {
  absWorkingDir: root,
  bundle: true,
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
  conditions: ['@ascent-rl/source'],
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** The files of a site, by path without a leading slash. */
export type Site = ReadonlyMap<string, Uint8Array>;

/** What a site is made of; all paths start at the repository's root. */
export interface SiteSources {
  /** TypeScript and CSS, each bundled with all that it imports to a file of the same base name. */
  readonly entries: readonly string[];
  /** Files that are copied. */
  readonly files: readonly string[];
}

/** Bundles a site. */
export async function bundleSite({ entries, files }: SiteSources): Promise<Site> {
  const { outputFiles } = await build({
    ...browserBundle,
    entryPoints: [...entries],
    outdir: 'site',
    entryNames: '[name]',
    minify: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  const folder = join(root, 'site/');
  return new Map([
    ...files.map((path) => [basename(path), new Uint8Array(readFileSync(join(root, path)))] as const),
    ...outputFiles.map(({ path, contents }) => [path.slice(folder.length), contents] as const),
  ]);
}

/** The pages of `apps/playground`, with the files that engines fetch. */
export const playground: SiteSources = {
  entries: ['main.ts', 'worker.ts', 'style.css', 'policy/policy.ts'].map(
    (name) => `apps/playground/src/${name}`,
  ),
  files: [
    'apps/playground/src/index.html',
    'apps/playground/src/policy/policy.html',
    'apps/playground/fixtures/cart-pole.onnx',
    'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.mjs',
    'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
  ],
};
