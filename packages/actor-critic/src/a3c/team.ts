/** The worker threads of A3C, as the learner drives them. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import * as errors from '@ascent-rl/core/errors';
import type { A3cReport, A3cTask } from './update.ts';

/** Threads that learn when told to. */
export interface A3cTeam {
  /** Lets all workers go on until they have taken `limit` steps together. Raises what a worker raised. */
  run(limit: number): Promise<readonly A3cReport[]>;
  /** Ends the threads. */
  dispose(): void;
}

/** Starts a thread for each task. */
export function a3cTeam(tasks: readonly A3cTask[]): A3cTeam {
  const workers = tasks.map((task) => {
    const worker = startWorker(task);
    // A program that has ended need not end its threads; one that waits for them must not end.
    worker.unref();
    return worker;
  });
  return {
    run: (limit) => Promise.all(workers.map((worker) => ask(worker, limit))),
    dispose: () => workers.forEach((worker) => void worker.terminate()),
  };
}

type Answer = { readonly report: A3cReport } | { readonly error: { name: string; message: string } };

function ask(worker: Worker, limit: number): Promise<A3cReport> {
  worker.ref();
  return new Promise<A3cReport>((resolve, reject) => {
    const onMessage = (answer: Answer) =>
      settle(() => ('report' in answer ? resolve(answer.report) : reject(raised(answer.error))));
    const onError = (error: Error) => settle(() => reject(error));
    const onExit = (code: number) =>
      settle(() => reject(new errors.BackendError(`a3c: a worker thread ended with code ${code}`)));
    const settle = (finish: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      worker.unref();
      finish();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(limit);
  });
}

/** An error of its own class again: threads send only its text. */
function raised({ name, message }: { name: string; message: string }): Error {
  const kinds: Readonly<Record<string, typeof errors.AscentError>> = { ...errors };
  return Object.hasOwn(kinds, name) ? new kinds[name]!(message) : new Error(`${name}: ${message}`);
}

/** Starts the file of the workers; in a checkout its source, as the command does. */
function startWorker(task: A3cTask): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./worker.js', import.meta.url), { workerData: task });
  }
  // A worker has no hooks for TypeScript until it registers them.
  const loader = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const api = JSON.stringify(pathToFileURL(loader).href);
  const file = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  return new Worker(`import(${api}).then(({ register }) => (register(), import(${file})))`, {
    eval: true,
    workerData: task,
    execArgv: ['--conditions=@ascent-rl/source'],
  });
}
