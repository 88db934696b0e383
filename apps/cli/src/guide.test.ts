/** The guide "train, evaluate, export in five minutes": its files are written, its commands run as they stand. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = new URL('../../../', import.meta.url);
const guide = readFileSync(new URL('docs/guide/five-minutes.md', repository), 'utf8');

interface Snippet {
  readonly language: string;
  /** Name of the file that it is, if it is one. */
  readonly title: string | undefined;
  readonly text: string;
}

const snippets = [...guide.matchAll(/^```(\w+)(?: title=(\S+))?\n(.*?)^```$/gms)].map(
  ([, language, title, text]): Snippet => ({ language: language!, title, text: text! }),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ascent-guide-'));
  symlinkSync(fileURLToPath(new URL('node_modules', repository)), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('every snippet is a file or commands', () => {
  expect(snippets.length).toBeGreaterThan(8);
  for (const { language, title } of snippets) expect(language === 'sh').toBe(title === undefined);
});

test.each(snippets)(
  '$language $title: $text',
  ({ title, text }) => {
    if (title !== undefined) {
      writeFileSync(join(folder, title), text);
      return;
    }
    const { status, stderr } = spawnSync('bash', ['-e', '-c', text], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect({ status, stderr: stderr.replaceAll(/^npm warn.*\n/gm, '') }).toEqual({ status: 0, stderr: '' });
  },
  120_000,
);

test('the files that it promises are there', () => {
  for (const name of [
    'runs/ppo-CartPole-v1-0/policy.onnx',
    'runs/slower/record.json',
    'cart-pole.onnx',
    'first.onnx',
  ]) {
    expect(existsSync(join(folder, name))).toBe(true);
  }
});
