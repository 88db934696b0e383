/** `python:` environments on the command line: those of the bridge's own tests. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ascent, tiny } from './testing/command.ts';

const modules = fileURLToPath(
  new URL('../../../packages/environments-python/fixtures/python', import.meta.url),
);
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('python3 is not installed: environments in Python are not tested');

const searched = process.env['PYTHONPATH'];
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ascent-python-'));
  process.env['PYTHONPATH'] = modules;
});
afterAll(() => {
  rmSync(root, { recursive: true });
  if (searched === undefined) delete process.env['PYTHONPATH'];
  else process.env['PYTHONPATH'] = searched;
});

const testPython = hasPython ? test : test.skip;

testPython('an environment in Python is trained in, evaluated and shown by its id', async () => {
  const run = join(root, 'run');
  const trained = await ascent(['train', 'ppo', 'python:probe:Walk-v0', ...tiny, '--out', run, '--quiet']);
  expect(trained).toMatchObject({ code: 0, stderr: '' });
  const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')) as { environment: string };
  expect(config.environment).toBe('python:probe:Walk-v0');
  expect((await ascent(['evaluate', run, '--episodes', '2'])).stdout).toContain('python-probe-Walk-v0');

  const film = join(root, 'walk.gif');
  expect((await ascent(['play', run, '--gif', film])).stdout).toMatch(/^episode 1: return .* in \d steps\n/);
  expect(readFileSync(film, 'latin1').slice(0, 6)).toBe('GIF89a');
});

testPython('an unknown one is refused', async () => {
  const { code, stderr } = await ascent([
    'train',
    'ppo',
    'python:probe:Wolk-v0',
    '--out',
    join(root, 'none'),
  ]);
  expect(stderr).toMatch(/python:probe:Wolk-v0: gymnasium.make refused/);
  expect(code).toBe(2);
});
