/** Workers that step copies of an environment together, and what happens when one of them fails. */
import * as errors from '@ascent-rl/core/errors';
import { mailbox, mailboxMemory, message, putText, takeText, type Mailbox } from './memory.ts';
import { startThread, type Thread } from './threads.ts';
import type { ErrorText, WorkerTask } from './worker.ts';

/** Milliseconds after which a worker that has not answered is looked after. */
const patience = 100;

/** Milliseconds that environments have to close. */
const farewell = 2000;

interface Member {
  readonly thread: Thread;
  readonly box: Mailbox;
  readonly start: number;
  readonly stop: number;
  /** For messages, such as `worker 2 of 4 (copies 3 to 5)`. */
  readonly name: string;
}

/** Workers, told all at once what to do. Each call returns when all of them have done it. */
export interface Team {
  /** Starts all episodes; copy i gets `seed + i`. */
  reset(seed: number): void;
  /** Takes one step of every copy. */
  step(): void;
  /** The states of the environments as JSON, an array from each worker. */
  save(): readonly string[];
  /** Continues from states: `textOf` gives the array of the copies from `start` to `stop` - 1. */
  restore(textOf: (start: number, stop: number) => string): void;
  /** Closes the environments, as far as that takes no longer than two seconds, and ends the workers. */
  close(): void;
}

type Task = Omit<WorkerTask, 'start' | 'stop' | 'mailbox'>;

/** Starts workers that share the copies evenly; ready when all have made theirs. */
export async function startWorkers(task: Task, workers: number): Promise<Team> {
  const { id, sizes } = task;
  const border = (worker: number): number => Math.floor((worker * sizes.count) / workers);
  const threads: Thread[] = [];
  const begin = async (worker: number): Promise<Member> => {
    const [start, stop] = [border(worker), border(worker + 1)];
    const copies = stop - start === 1 ? `copy ${start}` : `copies ${start} to ${stop - 1}`;
    const name = `worker ${worker + 1} of ${workers} (${copies})`;
    const memory = mailboxMemory();
    const { promise, resolve, reject } = withResolvers();
    const failed = (reason: unknown): void =>
      reject(new errors.EnvironmentError(`${id}, ${name}: could not start: ${reasonOf(reason)}`));
    const ready = (problem: unknown): void =>
      problem === null ? resolve() : reject(errorOf(id, name, problem as ErrorText));
    const thread = startThread({ ready, failed });
    threads.push(thread);
    thread.post({ ...task, start, stop, mailbox: memory } satisfies WorkerTask);
    await promise;
    return { thread, box: mailbox(memory), start, stop, name };
  };
  try {
    return teamOf(id, await Promise.all(Array.from({ length: workers }, (_, worker) => begin(worker))));
  } catch (error) {
    for (const thread of threads) thread.terminate();
    throw error;
  }
}

function teamOf(id: string, members: readonly Member[]): Team {
  let isOpen = true;
  const send = ({ box: { control } }: Member, order: number): void => {
    Atomics.store(control, 0, order);
    Atomics.notify(control, 0);
  };
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    for (const member of members) send(member, message.close);
    for (const { box, thread } of members) {
      if (!thread.hasEnded()) Atomics.wait(box.control, 0, message.close, farewell);
      thread.terminate();
    }
  };
  /** Raises what a worker has raised, when all are shut down. */
  const fail = (error: Error): never => {
    close();
    throw error;
  };
  const awaitAnswer = ({ box, thread, name }: Member, order: number): number => {
    while (Atomics.load(box.control, 0) === order) {
      if (Atomics.wait(box.control, 0, order, patience) !== 'timed-out' || !thread.hasEnded()) continue;
      // It may have answered and ended since.
      if (Atomics.load(box.control, 0) !== order) break;
      fail(
        new errors.EnvironmentError(
          `${id}, ${name}: the worker ended by itself, as by process.exit or for want of memory; the others are shut down`,
        ),
      );
    }
    return Atomics.load(box.control, 0);
  };
  const receive = (member: Member): string => {
    for (let text = ''; ;) {
      send(member, message.take);
      awaitAnswer(member, message.take);
      const piece = takeText(member.box);
      if (piece === '') return text;
      text += piece;
    }
  };
  const tell = (order: number, to: readonly Member[] = members): void => {
    if (!isOpen) throw new errors.EnvironmentError(`${id}: the workers are shut down; make new ones`);
    for (const member of to) send(member, order);
    const answers = to.map((member) => awaitAnswer(member, order));
    const failed = to[answers.indexOf(message.failed)];
    if (failed) fail(errorOf(id, failed.name, JSON.parse(receive(failed)) as ErrorText));
  };
  return {
    reset(seed) {
      for (const { box, start } of members) box.seed[0] = seed + start;
      tell(message.reset);
    },
    step: () => tell(message.step),
    save() {
      tell(message.save);
      return members.map(receive);
    },
    restore(textOf) {
      for (const member of members) {
        for (let rest = textOf(member.start, member.stop); rest !== '';) {
          rest = putText(member.box, rest);
          tell(message.put, [member]);
        }
      }
      tell(message.restore);
    },
    close,
  };
}

/** An error of ours becomes one of its class again; any other names the worker in which it was raised. */
function errorOf(id: string, worker: string, { name, message: text }: ErrorText): Error {
  const Ours = Object.entries(errors).find(([known]) => known === name)?.[1];
  return Ours ? new Ours(text) : new errors.EnvironmentError(`${id}, ${worker}: raised ${name}: ${text}`);
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

function withResolvers(): {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
} {
  let resolve!: () => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
