/** Threads, of Node or of a browser, by what both can do. */
import { UnsupportedError } from '@ascent-rl/core/errors';

/** Whether this runs from source, as in a clone of the repository, and not from the build. */
const isSource = import.meta.url.endsWith('.ts');

/** The side of a worker's creator. */
export interface Thread {
  /** Sends a message that the worker gets once. */
  post(message: unknown): void;
  /** Whether it has ended; may be asked while the event loop stands still. In a browser nobody can know. */
  hasEnded(): boolean;
  /** Ends it. */
  terminate(): void;
}

/** What became of starting a thread. */
interface Start {
  /** The worker's first message. */
  readonly ready: (message: unknown) => void;
  /** It raised an error, or ended, before that. */
  readonly failed: (error: unknown) => void;
}

interface NodeWorker {
  readonly performance: { eventLoopUtilization(): { readonly idle: number; readonly active: number } };
  postMessage(message: unknown): void;
  once(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void;
  terminate(): Promise<number>;
  unref(): void;
}

interface NodePort {
  once(event: 'message', listener: (message: unknown) => void): void;
  postMessage(message: unknown): void;
}

interface WorkerThreads {
  readonly Worker: new (url: URL, options: object) => NodeWorker;
  readonly parentPort: NodePort | null;
}

/** Starts a thread that runs the module of workers. */
export function startThread({ ready, failed }: Start): Thread {
  const threads = builtinModule('node:worker_threads') as WorkerThreads | undefined;
  if (threads === undefined) return startWebWorker({ ready, failed });
  const worker = isSource
    ? new threads.Worker(new URL('../../source-worker.mjs', import.meta.url), {
        execArgv: ['--conditions=@ascent-rl/source'],
      })
    : new threads.Worker(new URL('./worker.js', import.meta.url), {});
  worker.once('message', (message) => {
    // A program that has ended need not close its environments.
    worker.unref();
    ready(message);
  });
  worker.once('error', failed);
  worker.once('exit', (code) => failed(`it ended with code ${String(code)}`));
  return {
    post: (message) => worker.postMessage(message),
    hasEnded() {
      // Without an event loop there are no such times. (The thread's events would have to wait for our own loop.)
      const { idle, active } = worker.performance.eventLoopUtilization();
      return idle < 0 || active === 0;
    },
    terminate: () => void worker.terminate(),
  };
}

function startWebWorker({ ready, failed }: Start): Thread {
  if (typeof Worker === 'undefined' || !globalThis.crossOriginIsolated || 'document' in globalThis) {
    throw new UnsupportedError(
      'vectorizeInWorkers: needs to wait for threads that share memory; call it in a Web Worker of a page with the ' +
        'headers "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp"',
    );
  }
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: { readonly data: unknown }) => ready(data);
  worker.onerror = ({ message }) => failed(message);
  return {
    post: (message) => worker.postMessage(message),
    hasEnded: () => false,
    terminate: () => worker.terminate(),
  };
}

/** The side of the worker itself: calls `receive` with its first message, and sends an answer. */
export function listen(receive: (message: unknown) => Promise<unknown>, then: () => void): void {
  const threads = builtinModule('node:worker_threads') as WorkerThreads | undefined;
  const answer = (post: (message: unknown) => void) => async (message: unknown) => {
    post(await receive(message));
    then();
  };
  if (threads !== undefined) {
    const port = threads.parentPort!;
    port.once('message', (message) => void answer((reply) => port.postMessage(reply))(message));
    return;
  }
  globalThis.onmessage = ({ data }: MessageEvent<unknown>) =>
    void answer((reply) => (globalThis as unknown as NodePort).postMessage(reply))(data);
}

/** How many threads run at a time. */
export function availableParallelism(): number {
  const os = builtinModule('node:os') as { availableParallelism(): number } | undefined;
  return os?.availableParallelism() ?? navigator.hardwareConcurrency;
}

function builtinModule(name: string): unknown {
  const node = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process;
  return node?.getBuiltinModule?.(name);
}
