/** The command in a test: in this process with surroundings that remember what was written, or as the real binary. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { main } from '../main.ts';

/** What a command did. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command in this process. */
export interface CommandOptions {
  /** Told what was written to stdout so far, interrupts when it says so. */
  readonly interruptWhen?: (stdout: string) => boolean;
  readonly variables?: Readonly<Record<string, string>>;
  /** Makes stdout a terminal of this size. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

/** Runs the command line in this process; its clock moves a second each time it is read. */
export async function ascent(parameters: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const { interruptWhen = () => false, variables = {}, terminal } = options;
  const written = { stdout: '', stderr: '' };
  const controller = new AbortController();
  let time = 0;
  const code = await main(parameters, {
    stdout: {
      ...(terminal && { isTTY: true, ...terminal }),
      write(text) {
        written.stdout += text;
        if (interruptWhen(written.stdout)) controller.abort();
      },
    },
    stderr: { write: (text) => (written.stderr += text) },
    variables,
    now: () => (time += 1000),
    wait: async () => undefined,
    interruptible: (work) => work(controller.signal),
  });
  return { code, ...written };
}

const binary = fileURLToPath(new URL('../../bin/ascent.js', import.meta.url));

/** Runs the real binary in `folder`, sending `signal` once stdout is as `when` wants it. */
export async function ascentProcess(
  folder: string,
  parameters: readonly string[],
  { signal, when }: { signal?: NodeJS.Signals; when?: (stdout: string) => boolean } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [binary, ...parameters], {
    cwd: folder,
    // Jest's own flags are no business of the binary.
    env: { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' },
  });
  const written = { stdout: '', stderr: '' };
  let isSent = false;
  child.stderr.on('data', (data: Buffer) => (written.stderr += data.toString()));
  child.stdout.on('data', (data: Buffer) => {
    written.stdout += data.toString();
    if (isSent || !signal || !when?.(written.stdout)) return;
    isSent = true;
    child.kill(signal);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, ...written };
}

/** How often a kind of event is in a JSON stream. */
export function countEvents(stdout: string, type: string): number {
  return stdout.split(`{"type":"${type}"`).length - 1;
}

/** A training of a few moments: 512 steps in 16 iterations. */
export const tiny: readonly string[] = [
  ...['--preset', 'none', '--steps', '512', '--envs', '2', '--rollout-steps', '16', '--batch-size', '16'],
  ...['--epochs', '2', '--hidden-sizes', '8', '--checkpoint-every', '64', '--evaluation-episodes', '3'],
];
