/** What runs in a worker: some of the copies, stepped when the mailbox says so. */
import type { Json } from '../environment.ts';
import type { VectorEnvironment } from '../vector/vector-environment.ts';
import { decodeJson, encodeJson, vectorize } from '../vector/vectorize.ts';
import { mailbox, message, putText, sharedArrays, takeText, type Sizes } from './memory.ts';
import { loadFactory } from './module.ts';
import { listen } from './threads.ts';

/** What a worker is told at its start. */
export interface WorkerTask {
  readonly module: string;
  readonly maxEpisodeSteps: number | undefined;
  /** Of all copies together. */
  readonly id: string;
  readonly sizes: Sizes;
  /** The copies of this worker: those from `start` to `stop` - 1. */
  readonly start: number;
  readonly stop: number;
  readonly memory: SharedArrayBuffer;
  readonly mailbox: SharedArrayBuffer;
}

/** An error as text that another thread makes an error of again. */
export interface ErrorText {
  readonly name: string;
  readonly message: string;
}

let serveForever = (): void => {};
listen(
  async (task) => {
    try {
      serveForever = await prepare(task as WorkerTask);
      return null;
    } catch (error) {
      return textOf(error);
    }
  },
  () => serveForever(),
);

/** Makes the copies. Returns what waits for messages from then on, and never returns itself. */
async function prepare(task: WorkerTask): Promise<() => void> {
  const { id, sizes, start, stop } = task;
  const factory = await loadFactory(task.module, task.maxEpisodeSteps);
  const box = mailbox(task.mailbox);
  const arrays = sharedArrays(task.memory, sizes, start, stop);
  const copies = vectorize(factory, stop - start, id, start);
  copies.observations = arrays.observations;
  const showMasks = (): void => {
    if (copies.actionMasks) arrays.actionMasks.set(copies.actionMasks);
  };
  /** A text that arrives, or leaves, in pieces. */
  let text = '';

  const obey = (order: number): void => {
    switch (order) {
      case message.reset:
        copies.reset(box.seed[0]!);
        return showMasks();
      case message.step:
        copies.step(arrays.actions);
        arrays.rewards.set(copies.rewards);
        arrays.terminated.set(copies.terminated);
        arrays.truncated.set(copies.truncated);
        showMasks();
        if (copies.finalActionMasks) arrays.finalActionMasks.set(copies.finalActionMasks);
        return copyFinal(copies, arrays.finalObservations);
      case message.save:
        text = JSON.stringify(decodeJson(copies.state()['environments.states']!));
        return;
      case message.restore:
        copies.restore({
          'environments.states': encodeJson(JSON.parse(text) as Json[]),
          'environments.observations': arrays.observations.slice(),
        });
        text = '';
        return showMasks();
      case message.put:
        text += takeText(box);
        return;
      case message.take:
        text = putText(box, text);
        return;
      case message.close:
        copies.close();
    }
  };
  return () => {
    const { control } = box;
    for (let answer: number = message.done; ;) {
      Atomics.wait(control, 0, answer);
      try {
        obey(Atomics.load(control, 0));
        answer = message.done;
      } catch (error) {
        text = JSON.stringify(textOf(error));
        answer = message.failed;
      }
      Atomics.store(control, 0, answer);
      Atomics.notify(control, 0);
    }
  };
}

function copyFinal(copies: VectorEnvironment, into: Float32Array): void {
  const { count, observationSize: size, terminated, truncated, finalObservations } = copies;
  for (let row = 0; row < count; row++) {
    if (!terminated[row] && !truncated[row]) continue;
    for (let i = row * size; i < (row + 1) * size; i++) into[i] = finalObservations[i]!;
  }
}

function textOf(error: unknown): ErrorText {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}
