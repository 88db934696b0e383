/** Other libraries as contenders: a process of their own that does what it is told line by line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Run } from './measure.ts';

/** A process that does tasks. */
export interface Peer {
  /** Its first line. */
  readonly version: string;
  /** Does a task so often. */
  task(name: string, times: number): Run;
  close(): void;
}

/**
 * Starts a program that writes its version, then reads lines `<task> <times>` and answers each with a line when it is
 * done.
 */
export async function startPeer(
  command: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Peer> {
  const child = spawn(command, parameters, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${parameters.join(' ')} ended`);
    return value;
  };
  await once(child, 'spawn');
  const version = await answer();
  return {
    version,
    task: (name, times) => async () => {
      child.stdin.write(`${name} ${times}\n`);
      await answer();
    },
    close: () => child.stdin.end(),
  };
}
