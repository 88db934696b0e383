/**
 * The memory that a program shares with its workers, one mailbox a worker and the arrays of all copies.
 *
 * Shapes: N copies, S numbers in an observation, A numbers in an action, M flags of allowed choices.
 */

/** The arrays of a vectorised environment. */
export interface SharedArrays {
  /** [N] */
  readonly rewards: Float64Array;
  /** [N, A] */
  readonly actions: Float32Array;
  /** [N, S] */
  readonly observations: Float32Array;
  /** [N, S] */
  readonly finalObservations: Float32Array;
  /** [N] */
  readonly terminated: Uint8Array;
  /** [N] */
  readonly truncated: Uint8Array;
  /** [N, M] */
  readonly actionMasks: Uint8Array;
  /** [N, M] */
  readonly finalActionMasks: Uint8Array;
}

/** Numbers of copies, of an observation, of an action and of its mask, 0 where there is none. */
export interface Sizes {
  readonly count: number;
  readonly observationSize: number;
  readonly actionSize: number;
  readonly maskSize: number;
}

/** Memory for the arrays of so many copies. */
export function sharedMemory({ count, observationSize, actionSize, maskSize }: Sizes): SharedArrayBuffer {
  return new SharedArrayBuffer(count * (8 + 4 * (2 * observationSize + actionSize) + 2 * (1 + maskSize)));
}

/** The arrays of the copies from `start` to `stop` - 1. */
export function sharedArrays(
  memory: SharedArrayBuffer,
  { count, observationSize, actionSize, maskSize }: Sizes,
  start: number,
  stop: number,
): SharedArrays {
  const copies = stop - start;
  const actions = 8 * count;
  const observations = actions + 4 * count * actionSize;
  const finalObservations = observations + 4 * count * observationSize;
  const flags = finalObservations + 4 * count * observationSize;
  const masks = (at: number) => new Uint8Array(memory, at + start * maskSize, copies * maskSize);
  const floats = (at: number, size: number) => new Float32Array(memory, at + 4 * start * size, copies * size);
  return {
    rewards: new Float64Array(memory, 8 * start, copies),
    actions: floats(actions, actionSize),
    observations: floats(observations, observationSize),
    finalObservations: floats(finalObservations, observationSize),
    terminated: new Uint8Array(memory, flags + start, copies),
    truncated: new Uint8Array(memory, flags + count + start, copies),
    actionMasks: masks(flags + 2 * count),
    finalActionMasks: masks(flags + (2 + maskSize) * count),
  };
}

/** What a mailbox holds: what the worker is to do, or how it went. */
export const message = {
  done: 0,
  failed: 1,
  reset: 2,
  step: 3,
  save: 4,
  restore: 5,
  put: 6,
  take: 7,
  close: 8,
} as const;

/** Characters that a mailbox holds at a time. */
const chunk = 16_384;

/** What a program and one worker tell each other. */
export interface Mailbox {
  /** The message, then how many characters of the text are new. */
  readonly control: Int32Array;
  /** The seed of a reset. */
  readonly seed: Float64Array;
  /** A piece of a text, in UTF-16. */
  readonly text: Uint16Array;
}

/** Memory for one mailbox. */
export function mailboxMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(16 + 2 * chunk);
}

/** The mailbox in some memory. */
export function mailbox(memory: SharedArrayBuffer): Mailbox {
  return {
    control: new Int32Array(memory, 0, 2),
    seed: new Float64Array(memory, 8, 1),
    text: new Uint16Array(memory, 16, chunk),
  };
}

/** Puts as much of a text into a mailbox as it holds; returns the rest. */
export function putText({ control, text }: Mailbox, whole: string): string {
  const length = Math.min(whole.length, text.length);
  for (let i = 0; i < length; i++) text[i] = whole.charCodeAt(i);
  control[1] = length;
  return whole.slice(length);
}

/** The piece of a text that is in a mailbox. */
export function takeText({ control, text }: Mailbox): string {
  return Array.from(text.subarray(0, control[1]), (code) => String.fromCharCode(code)).join('');
}
