/** PyTorch as a contender: `torch-off-policy.py` in a process of its own, which does what it is told line by line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Run } from './measure.ts';

/** A process that does tasks. */
export interface Torch {
  readonly version: string;
  /** Does a task so often. */
  task(name: string, times: number): Run;
  close(): void;
}

/** Starts `torch-off-policy.py` with a Python that has torch and numpy. */
export async function startTorch(python: string, threads: number): Promise<Torch> {
  const script = fileURLToPath(new URL('torch-off-policy.py', import.meta.url));
  const environment = {
    ...process.env,
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
  };
  const child = spawn(python, [script, String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environment,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`torch: ${python} ended; it needs the packages torch and numpy`);
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
