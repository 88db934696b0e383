/** Play for checks: what happened, in a form that can be compared, and whether arrays were changed behind one's back. */
import { EnvironmentError } from '@ascent-rl/core/errors';
import { generator, type Generator as Random } from '@ascent-rl/core/random';
import type { Environment } from '../environment.ts';
import { describe } from '../spaces/rules.ts';
import { actionSize, flatSize, flattenAction, flattenInto, sample } from '../spaces/space.ts';

/** What happened in a reset or step, as text: fingerprints of observations, the reward, the flags. */
export type Event = string;

/** How to play. */
export interface PlayOptions {
  /** Steps after the reset. */
  readonly steps: number;
  /** Of the environment and of the actions. */
  readonly seed: number;
  /** Chooses actions; by default random ones. */
  readonly act?: (random: Random) => unknown;
  /** Whether to write into every array that came or went, as its owner may. Default false. */
  readonly scribble?: boolean;
  /** Whether to go on from where the environment stands, without a reset. Default false. */
  readonly goOn?: boolean;
}

/** Observations that are looked at again later: enough to notice arrays that are used in turn. */
const keptObservations = 8;

/**
 * Plays with automatic resets, yielding the events of the first reset and of each step.
 *
 * @throws EnvironmentError when an array is changed after it was handed over, or an info is not an object.
 */
export function* play(
  environment: Environment,
  { steps, seed, act, scribble = false, goOn = false }: PlayOptions,
): Generator<Event> {
  const { id, observationSpace, actionSpace } = environment;
  const random = generator(seed);
  const kept: { readonly value: unknown; readonly print: number; readonly of: string }[] = [];
  const printOf = (value: unknown): number => {
    const numbers = new Float64Array(flatSize(observationSpace));
    flattenInto(observationSpace, value as never, numbers);
    return fingerprint(numbers);
  };
  const take = (value: unknown, of: string): number => {
    const print = printOf(value);
    if (scribble) overwrite(value);
    else if (kept.push({ value, print, of }) > keptObservations) kept.shift();
    return print;
  };
  const start = (where: string, options?: { readonly seed: number }): number => {
    const { observation, info } = environment.reset(options);
    expectInfo(id, where, info);
    return take(observation, where);
  };

  if (!goOn) yield `${start('reset', { seed })}`;
  for (let step = 1; step <= steps; step++) {
    const where = `step ${step}`;
    const action = act ? act(random) : sample(actionSpace, random);
    const numbers = new Float64Array(actionSize(actionSpace));
    flattenAction(actionSpace, action as never, numbers);
    const before = fingerprint(numbers);
    const { observation, reward, terminated, truncated, info } = environment.step(action);
    expectInfo(id, where, info);
    flattenAction(actionSpace, action as never, numbers);
    if (fingerprint(numbers) !== before) {
      throw new EnvironmentError(
        `${id}, ${where}: expected the action to stay as it was, got it changed; copy it first`,
      );
    }
    const changed = kept.find(({ value, print }) => printOf(value) !== print);
    if (changed !== undefined) {
      throw new EnvironmentError(
        `${id}, ${where}: expected the observation of ${changed.of} to stay as it was, got it changed; return a new ` +
          'array each step',
      );
    }
    if (scribble) overwrite(action);
    const event = `${take(observation, where)} ${reward} ${terminated} ${truncated}`;
    yield terminated || truncated ? `${event} ${start(`the reset after ${where}`)}` : event;
  }
}

function expectInfo(id: string | undefined, where: string, info: unknown): void {
  if (typeof info === 'object' && info !== null && !Array.isArray(info)) return;
  throw new EnvironmentError(`${id}, ${where}: expected info to be an object, got ${describe(info)}`);
}

/** A hash of the numbers' bits. Source: Fowler, Noll and Vo's FNV-1a, over words. */
function fingerprint(numbers: Float64Array): number {
  let hash = 0x811c9dc5;
  for (const word of new Int32Array(numbers.buffer)) hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}

/** Writes ones into every array within a value. */
function overwrite(value: unknown): void {
  if (ArrayBuffer.isView(value)) (value as Uint8Array).fill(1);
  else if (Array.isArray(value))
    value.forEach((part, i) => (typeof part === 'number' ? (value[i] = 1) : overwrite(part)));
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(overwrite);
}
