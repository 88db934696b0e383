/** The pages of docs/concepts: their snippets run, one after the other. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const pages = readdirSync(join(repository, 'docs/concepts'));

test.each(pages)('%s', (page) => {
  const text = readFileSync(join(repository, 'docs/concepts', page), 'utf8');
  const snippets = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
  expect(snippets.length).toBeGreaterThan(0);
  const folder = mkdtempSync(join(tmpdir(), 'ascent-concepts-'));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'page.ts'), snippets.join('\n'));
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@ascent-rl/source', '--import', 'tsx', 'page.ts'],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  rmSync(folder, { recursive: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
