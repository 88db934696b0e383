/** Worker threads that help with the runs of programs. */
import { UnsupportedError } from '@ascent-rl/core/errors';
import { controlBytes, word } from './control.ts';
import { builtinModule } from '../machine.ts';
import { workerSource } from './worker-source.ts';

/** A worker of either kind. */
interface Helper {
  post(message: unknown): void;
  terminate(): void;
}

/** A program that the team can run. */
export interface TeamJob {
  run(): void;
  dispose(): void;
}

/** What a module of {@link emitWork} exports. */
export interface WorkExports {
  /** Goes before a run. */
  begin(): void;
  /** Takes part, waits for the others; with 1 the thread may sleep. */
  finish(maySleep: number): void;
}

/** The calling thread and its helpers. */
export class Team {
  readonly #control: Int32Array;
  readonly #helpers: readonly Helper[];
  readonly #maySleep: number;
  #jobs = 0;
  #generation = 1;

  private constructor(memory: WebAssembly.Memory, control: number, helpers: readonly Helper[]) {
    this.#control = new Int32Array(memory.buffer, control, controlBytes / 4);
    this.#control[word.generation] = this.#generation;
    this.#helpers = helpers;
    this.#maySleep = maySleep() ? 1 : 0;
    this.#send({ start: { memory, control, words: this.#control.length } });
  }

  /**
   * Starts `threads` − 1 workers.
   *
   * @param control - Byte address of {@link controlBytes} zeros in the shared memory.
   * @throws UnsupportedError where the platform has no threads that share memory.
   */
  static start(memory: WebAssembly.Memory, control: number, threads: number): Team {
    return new Team(memory, control, Array.from({ length: threads - 1 }, startHelper));
  }

  /** Tells the workers of a program's module. They help from the moment they have it; until then others do the work. */
  add(module: WebAssembly.Module, work: WorkExports): TeamJob {
    const job = this.#jobs++;
    this.#send({ add: { job, module } });
    return {
      run: () => this.#run(job, work),
      dispose: () => this.#send({ remove: { job } }),
    };
  }

  /** Ends the workers. */
  close(): void {
    for (const helper of this.#helpers) helper.terminate();
  }

  #run(job: number, { begin, finish }: WorkExports): void {
    const control = this.#control;
    // Workers leave the last run within moments: there is no ticket left for them.
    while (Atomics.load(control, word.active) !== 0);
    control[word.next] = 0;
    control[word.failed] = 0;
    begin();
    control[word.job] = job;
    Atomics.store(control, word.generation, (this.#generation += 1));
    Atomics.notify(control, word.generation);
    try {
      finish(this.#maySleep);
    } catch (error) {
      Atomics.store(control, word.failed, 1);
      throw error;
    } finally {
      Atomics.store(control, word.generation, (this.#generation += 1));
    }
  }

  #send(message: unknown): void {
    for (const helper of this.#helpers) helper.post(message);
    Atomics.add(this.#control, word.mail, 1);
    // A dozing worker waits for the next generation: another odd number wakes it without beginning a run.
    Atomics.store(this.#control, word.generation, (this.#generation += 2));
    Atomics.notify(this.#control, word.generation);
  }
}

function startHelper(): Helper {
  const threads = builtinModule('node:worker_threads') as typeof import('node:worker_threads') | undefined;
  if (threads) {
    const worker = new threads.Worker(workerSource, { eval: true, execArgv: [] });
    // A program that has ended need not close its backends.
    worker.unref();
    return { post: (message) => worker.postMessage(message), terminate: () => void worker.terminate() };
  }
  if (typeof Worker === 'undefined' || !globalThis.crossOriginIsolated) {
    throw new UnsupportedError(
      'wasm: this page has no threads that share memory; serve it with the headers ' +
        '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp", or take 1 thread',
    );
  }
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const worker = new Worker(url);
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
}

/** False on a page's main thread, which must not block. */
function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}
