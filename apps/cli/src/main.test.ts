import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { algorithms } from './registry.ts';
import { ascent } from './testing/command.ts';
import { flagOf } from './flags.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ascent-cli-'));
  writeFileSync(join(root, 'file'), '');
  writeFileSync(join(root, 'list.json'), '[]');
  writeFileSync(join(root, 'typo.json'), '{"learninRate": 1}');
  writeFileSync(join(root, 'negative.json'), '{"discount": -1}');
  writeFileSync(join(root, 'half.json'), '{"discount": ');
});
afterAll(() => rmSync(root, { recursive: true }));

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const cartPole = ['train', 'ppo', 'CartPole-v1'];

test('help names every command and the exit codes', async () => {
  const { code, stdout } = await ascent(['--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/train.*evaluate.*export.*list.*Exit codes: 0 .* 1 .* 2 .* 130 /s);
});

test.each(Object.keys(algorithms))('help of %s names every hyper-parameter', async (name) => {
  const { code, stdout } = await ascent(['train', name, '--help']);
  expect(code).toBe(0);
  for (const field of Object.keys(algorithms[name]!.schema.shape)) {
    expect(stdout.replaceAll('[no-]', '')).toContain(`${flagOf(field)} `);
  }
});

test('list tells algorithms, environments and backends', async () => {
  const { stdout } = await ascent(['list']);
  expect(stdout).toMatch(
    /Algorithms\n {2}ppo .*Environments.*CartPole-v1 .*Discrete\(2\).*Backends\n {2}wasm/s,
  );
  const known = JSON.parse((await ascent(['list', '--json'])).stdout) as Record<string, { name: string }[]>;
  expect(known['backends']).toContainEqual(
    expect.objectContaining({
      name: 'onnx',
      engine: expect.stringMatching(/^onnxruntime-node \d/) as string,
    }),
  );
  expect(known['environments']?.map(({ name }) => name)).toContain('Pendulum-v1');
});

test.each<[string, readonly string[], RegExp]>([
  ['an unknown command', ['trian'], /unknown command 'trian'\s+\(Did you mean train\?\)/],
  ['no algorithm', ['train'], /expected an algorithm first.*got nothing/],
  ['an unknown algorithm', ['train', 'poo', 'CartPole-v1'], /unknown algorithm "poo"; did you mean ppo/],
  ['an unknown algorithm with flags', ['train', 'poo', 'CartPole-v1', '--envs', '1'], /did you mean ppo/],
  ['no environment', ['train', 'ppo'], /expected an environment/],
  ['an unknown environment', ['train', 'ppo', 'CartPol-v1'], /"CartPol-v1"; did you mean CartPole-v1/],
  ['an unknown flag', [...cartPole, '--learnin-rate', '1'], /--learnin-rate.*Did you mean --learning-rate/s],
  ['an unknown backend', [...cartPole, '--backend', 'onx'], /unknown backend "onx"; did you mean onnx\?/],
  [
    'an unknown preset',
    [...cartPole, '--preset', 'Cartpole'],
    /no preset "Cartpole"; did you mean CartPole-v1/,
  ],
  ['a negative value', [...cartPole, '--learning-rate', '-1'], /learningRate: .*>0, got -1/],
  ['a value that is no number', [...cartPole, '--discount', 'NaN'], /--discount.*Expected a finite number/],
  ['a fraction of an environment', [...cartPole, '--envs', '1.5'], /environments: .*int.*got 1.5/],
  [
    'a seed without room above it',
    [...cartPole, '--seed', '9007199254740000'],
    /whole number ≥ 0 and ≤ 9000000000000000/,
  ],
  ['a negative seed', [...cartPole, '--seed', '-1'], /--seed.*Expected a whole number ≥ 0/],
  [
    'a batch larger than the rollout',
    [...cartPole, '--batch-size', '512'],
    /at most the rollout's 256 rows.*512/,
  ],
  [
    'more environments than fit',
    [...cartPole, '--envs', '1000000000'],
    /does not fit into memory.*fewer environments/,
  ],
  ['a batch that does not divide it', [...cartPole, '--batch-size', '100'], /divides the rollout's 256 rows/],
  ['JSON and quiet at once', [...cartPole, '--json', '--quiet'], /'--json' cannot be used with .*'--quiet'/],
  [
    'a run that is none',
    ['evaluate', 'nowhere'],
    /run "nowhere": expected a folder with a run's config.json/,
  ],
  ['resuming what is none', ['train', '--resume', 'nowhere'], /expected a folder with a run's config.json/],
  ['a flag before the algorithm', ['train', '--seed', '1', 'ppo', 'x'], /algorithm first.*got "--seed"/],
  ['no episodes', ['evaluate', 'nowhere', '--episodes', '0'], /--episodes.*Expected a whole number ≥ 1/],
  [
    'a module that is not there',
    ['train', 'ppo', './nothing.js'],
    /nothing\.js": the module could not be loaded/,
  ],
  [
    'a NaN in an observation',
    ['train', 'ppo', fixture('broken.js')],
    /counter, step 7: .*observation.*\[1\].*NaN/i,
  ],
  [
    'an observation outside its space',
    ['train', 'ppo', fixture('outside.js')],
    /tower, step 3: .*observation/i,
  ],
])('%s is refused with code 2', async (_, parameters, message) => {
  const { code, stdout, stderr } = await ascent([
    ...parameters,
    ...(parameters.length > 2 && parameters[0] === 'train' && !parameters.includes('--resume')
      ? ['--out', join(root, 'run')]
      : []),
  ]);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('    at ');
  expect(stdout).toBe('');
  expect(code).toBe(2);
  expect(existsSync(join(root, 'run'))).toBe(false);
});

test.each([
  ['missing.json', /--config .*missing\.json: expected a JSON file: ENOENT/],
  ['half.json', /expected a JSON file: /],
  ['list.json', /expected an object of hyper-parameters/],
  ['typo.json', /ppo: unknown learninRate; known: .*learningRate/],
  ['negative.json', /ppo: discount: .*>=0, got -1/],
])('the configuration %s is refused with code 2', async (file, message) => {
  const { code, stderr } = await ascent([...cartPole, '--config', join(root, file)]);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

test.each([['/proc/run'], ['file'], [join('file', 'run')]])(
  'the folder %s cannot be written',
  async (folder) => {
    const { code, stderr } = await ascent([
      ...cartPole,
      '--out',
      join(root, folder).replace(/.*\/proc/, '/proc'),
    ]);
    expect(stderr).toMatch(/expected a folder that can be written: .*choose another \(--out\)/);
    expect(code).toBe(2);
  },
);

test('stacks are shown on request only', async () => {
  const { stderr } = await ascent(['evaluate', 'nowhere'], { variables: { ASCENT_DEBUG: '1' } });
  expect(stderr).toMatch(/ConfigError: run "nowhere".*\n {4}at .*\[cause\]: .*ENOENT/s);
});
