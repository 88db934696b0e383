import { readdirSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { browserBundle } from './site.ts';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Entries that need Node: run folders are files, and A3C's threads are Node's. */
const nodeOnly = ['@ascent-rl/training/run', '@ascent-rl/actor-critic/a3c'];
/** Folders of the packages that run in a browser, algorithm families included. */
const browserSafe =
  /^(core|environments|training|onnx|backend-[a-z]+|reinforce|actor-critic|trust-region|deterministic|maximum-entropy|multi-agent|value-based)$/;
const packages = readdirSync(new URL('../../packages', import.meta.url)).filter((folder) =>
  browserSafe.test(folder),
);
const entries = packages
  .flatMap((folder) => {
    const file = new URL(`../../packages/${folder}/package.json`, import.meta.url);
    const { name, exports } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    return Object.keys(exports).map((path) => name + path.slice(1));
  })
  .filter((entry) => !nodeOnly.includes(entry));

const bundle = (entry: string) =>
  build({ ...browserBundle, stdin: { contents: `export * from '${entry}';`, resolveDir: '.' } });

test.each(entries)('%s runs in a browser: it reaches no module of Node', async (entry) => {
  const { errors } = await bundle(entry);
  expect(errors).toEqual([]);
});

test.each(nodeOnly)('%s does reach one, and is found', async (entry) => {
  await expect(bundle(entry)).rejects.toThrow(/Could not resolve "node:/);
});
