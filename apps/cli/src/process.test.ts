/** The real binary in processes of its own: signals, determinism, exit codes. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ascentProcess, countEvents, tiny, type Outcome } from './testing/command.ts';

let root: string;
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'ascent-process-'))));
afterAll(() => rmSync(root, { recursive: true }));

const long = [...tiny, '--steps', '4096', '--normalize-observations', '--seed', '3', '--json'];
const start = (out: string, options: Parameters<typeof ascentProcess>[2] = {}): Promise<Outcome> =>
  ascentProcess(root, ['train', 'ppo', 'CartPole-v1', ...long, '--out', out], options);
const resume = (out: string): Promise<Outcome> => ascentProcess(root, ['train', '--resume', out, '--json']);

/** What a run leaves, without what the clock says. */
function results(out: string): Record<string, unknown> {
  const file = (name: string): Buffer => readFileSync(join(root, out, name));
  const metrics = file('metrics.jsonl')
    .toString()
    .replaceAll(/"time\/(fps|time_elapsed)":[^,}]+/g, '');
  const files = ['policy.onnx', 'checkpoint.safetensors', 'record.json', 'config.json'];
  return { metrics, ...Object.fromEntries(files.map((name) => [name, file(name).toString('hex')])) };
}

test('two runs with one seed leave the same bits, and so does one killed on its way and resumed', async () => {
  const [first, second] = [await start('first'), await start('second')];
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(results('second')).toEqual(results('first'));

  const afterCheckpoint = (iterations: number) => (stdout: string) =>
    countEvents(stdout, 'checkpoint') > 0 && countEvents(stdout, 'iteration') >= iterations;
  for (const iterations of [5, 90]) {
    const out = `killed-${iterations}`;
    const killed = await start(out, { signal: 'SIGKILL', when: afterCheckpoint(iterations) });
    expect(killed.code).toBe(-1);
    expect(existsSync(join(root, out, 'policy.onnx'))).toBe(false);
    const { code, stderr } = await resume(out);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(results(out)).toEqual(results('first'));
  }
}, 180_000);

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s keeps a checkpoint, and says how to resume',
  async (signal) => {
    const { code, stdout } = await start(signal, {
      signal,
      when: (text) => countEvents(text, 'iteration') >= 3,
    });
    expect(code).toBe(130);
    const [checkpoint, interrupt] = stdout
      .trim()
      .split('\n')
      .slice(-2)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(checkpoint).toMatchObject({ type: 'checkpoint', step: interrupt!['step'] });
    expect(interrupt).toMatchObject({ type: 'interrupt', resume: `npx ascent train --resume ${signal}` });
    expect((await resume(signal)).code).toBe(0);
  },
  30_000,
);

test('a wrong flag ends with code 2, one message, and no folder', async () => {
  const { code, stdout, stderr } = await ascentProcess(root, ['train', 'ppo', 'CartPole-v1', '--epoch', '3']);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toBe("error: unknown option '--epoch'\n(Did you mean --epochs?)\n");
  expect(existsSync(join(root, 'runs'))).toBe(false);
}, 60_000);
