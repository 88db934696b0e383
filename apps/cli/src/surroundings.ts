/** What the command takes from the process it runs in, as a value, so that a test can put its own in place. */
import { setTimeout } from 'node:timers/promises';

/** Where text goes. */
export interface Output {
  write(text: string): unknown;
  /** True on a terminal, where a line may be drawn over. */
  readonly isTTY?: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
  /** Height of the terminal in lines. */
  readonly rows?: number;
}

/** The surroundings of one command. */
export interface Surroundings {
  /** For results. */
  readonly stdout: Output;
  /** For errors. */
  readonly stderr: Output;
  /** Environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The time in milliseconds, for speeds and durations only. */
  readonly now: () => number;
  /** Lets some milliseconds pass, fewer once the signal is aborted; for what people watch only. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Does some work with a signal that Ctrl-C aborts; a second Ctrl-C ends the process without waiting for the work. */
  interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Exit codes of the command. */
export const exitCodes = {
  /** All went well. */
  ok: 0,
  /** Something failed while running: training diverged, the disk is full. */
  failure: 1,
  /** The command was refused before anything was done: a bad flag, value, file or environment. */
  usage: 2,
  /** Stopped by Ctrl-C or SIGTERM, with a checkpoint unless it was the second time. */
  interrupted: 130,
} as const;

/** The surroundings of this process. */
export function processSurroundings(): Surroundings {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok); // as in `ascent list | head`
    throw error;
  });
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    variables: process.env,
    now: () => performance.now(),
    wait: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined),
    async interruptible(work) {
      const controller = new AbortController();
      let isStopping = false;
      const stop = (): void => {
        if (isStopping) process.exit(exitCodes.interrupted);
        controller.abort();
        // What was pressed while nothing could be heard comes all at once, and is one wish to stop.
        setImmediate(() => (isStopping = true));
      };
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, stop);
      try {
        return await work(controller.signal);
      } finally {
        for (const signal of signals) process.off(signal, stop);
      }
    },
  };
}
