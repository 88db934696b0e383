/** `ascent play`: what it writes into files, onto a terminal and where there is none. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ascent, tiny } from './testing/command.ts';

let root: string;
let run: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'ascent-play-'));
  run = join(root, 'run');
  expect((await ascent(['train', 'ppo', 'CartPole-v1', ...tiny, '--out', run, '--quiet'])).code).toBe(0);
});
afterAll(() => rmSync(root, { recursive: true }));

const random = ['play', '--environment', 'CartPole-v1', '--random'];
const terminal = { columns: 60, rows: 20 };

test("a run's policy plays the first episode of its evaluation, into files", async () => {
  const file = (name: string): string => join(root, name);
  const { code, stdout } = await ascent([
    'play',
    run,
    '--gif',
    file('a.gif'),
    '--mp4',
    file('a.mp4'),
    '--png',
    file('a.png'),
  ]);
  expect(code).toBe(0);
  // One environment alone starts as the first of several does.
  const evaluation = await ascent(['evaluate', run, '--episodes', '1', '--json']);
  const { returns } = JSON.parse(evaluation.stdout) as { returns: number[] };
  const steps = returns[0]!;
  expect(stdout).toBe(
    `episode 1: return ${steps.toFixed(2)} in ${steps} steps\n${['a.gif', 'a.mp4', 'a.png'].map((name) => `${file(name)}\n`).join('')}`,
  );
  const text = (name: string): string => readFileSync(file(name), 'latin1');
  expect(text('a.gif').slice(0, 6)).toBe('GIF89a');
  expect(text('a.mp4').slice(4, 8)).toBe('ftyp');
  expect(text('a.png').slice(1, 4)).toBe('PNG');
});

test('on a terminal it draws on another page and leaves everything as it was', async () => {
  const { code, stdout } = await ascent([...random, '--steps', '5'], {
    terminal,
    variables: { COLORTERM: 'truecolor' },
  });
  expect(code).toBe(0);
  expect(stdout.startsWith('\u001b[?1049h\u001b[?25l')).toBe(true);
  // The pole, which is brown, mixed with the white around it.
  const colors = Array.from(stdout.matchAll(/[34]8;2;(\d+);(\d+);(\d+)/g), (match) =>
    match.slice(1).map(Number),
  );
  expect(colors.some(([red, , blue]) => red! - blue! > 50)).toBe(true);
  expect(stdout).toMatch(/CartPole-v1 · episode 1 · step 5 · return 5\.00/);
  expect(stdout).toMatch(/\u001b\[\?25h\u001b\[\?1049lepisode 1: return 5\.00 in 5 steps, not over\n$/);
});

test('Ctrl-C ends the drawing and gives the terminal back', async () => {
  const { code, stdout } = await ascent([...random, '--episodes', '1000'], {
    terminal,
    interruptWhen: (text) => text.includes('step 3 '),
  });
  expect(code).toBe(130);
  expect(stdout.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
});

test('NO_COLOR takes colours away, and only them', async () => {
  const { stdout } = await ascent([...random, '--steps', '1'], { terminal, variables: { NO_COLOR: '1' } });
  expect(stdout).not.toMatch(/38;[25];/);
  expect(stdout).toContain('▓');
});

test.each([
  ['a file', {}],
  ['a dumb terminal', { terminal, variables: { TERM: 'dumb' } }],
])('to %s it tells of the episodes only', async (_, surroundings) => {
  const { code, stdout } = await ascent([...random, '--episodes', '2', '--seed', '1'], surroundings);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^episode 1: return \d+\.00 in \d+ steps\nepisode 2: return \d+\.00 in \d+ steps\n$/,
  );
});

test('the same seed plays the same', async () => {
  const once = await ascent([...random, '--seed', '7']);
  expect(await ascent([...random, '--seed', '7'])).toEqual(once);
  expect((await ascent(['play', run, '--random'])).stdout).toMatch(/^episode 1: /);
});

test.each<[string, readonly string[], RegExp]>([
  ['nothing to play', ['play'], /expected the folder of a run, or an environment to play at random/],
  ['no policy', ['play', '--environment', 'CartPole-v1'], /expected the folder of a run/],
  [
    'a folder that is no run',
    ['play', 'nowhere'],
    /run "nowhere": expected a folder with a run's config.json/,
  ],
  ['an unknown environment', ['play', '--environment', 'CartPol-v1', '--random'], /did you mean CartPole-v1/],
  [
    'a folder that is not there',
    [...random, '--gif', '/nowhere/a.gif'],
    /expected a file that can be written/,
  ],
  ['a folder for a film', [...random, '--mp4', '.'], /expected a file that can be written: \. is a folder/],
])('%s is refused with code 2', async (_, parameters, message) => {
  const { code, stdout, stderr } = await ascent(parameters);
  expect(stderr).toMatch(message);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('a run and an environment are one too many', async () => {
  const { code, stderr } = await ascent(['play', run, '--environment', 'CartPole-v1']);
  expect(stderr).toMatch(/a run has its own environment/);
  expect(code).toBe(2);
});
