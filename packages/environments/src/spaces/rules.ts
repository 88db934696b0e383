/** What every kind of space must answer: one table entry a kind, see `space.ts`. */
import type { Generator } from '@ascent-rl/core/random';
import type { Numbers, Space, ValueOf, WritableNumbers } from './types.ts';

/** The rules of one kind of space. */
export interface SpaceRules<S extends Space> {
  /** Numbers in a flattened value: choices become one-hot. */
  flatSize(space: S): number;
  /** Numbers in an action: choices stay whole numbers. */
  actionSize(space: S): number;
  /** A random value, as Gymnasium draws it. */
  sample(space: S, random: Generator): ValueOf<S>;
  /** What is wrong with a value called `name`, such as `observation[2] = NaN`; undefined when it is in the space. */
  violation(space: S, value: unknown, name: string): string | undefined;
  flatten(space: S, value: ValueOf<S>, into: WritableNumbers, offset: number): void;
  unflatten(space: S, flat: Numbers, offset: number): ValueOf<S>;
  flattenAction(space: S, action: ValueOf<S>, into: WritableNumbers, offset: number): void;
  unflattenAction(space: S, numbers: Numbers, offset: number): ValueOf<S>;
}

/** Whether a value is an array or typed array of numbers; their values are not looked at. */
export function isNumbers(value: unknown): value is Numbers {
  if (Array.isArray(value)) return value.every((element) => typeof element === 'number');
  return ArrayBuffer.isView(value) && 'length' in value && typeof (value as { 0?: unknown })[0] !== 'bigint';
}

/** What is wrong with an array of `size` numbers, each of which `isAllowed`. */
export function arrayViolation(
  value: unknown,
  name: string,
  size: number,
  isAllowed: (element: number, index: number) => boolean,
): string | undefined {
  if (!isNumbers(value)) return `${name} = ${describe(value)}, not an array of numbers`;
  if (value.length !== size) return `${name} of ${value.length} numbers instead of ${size}`;
  for (let i = 0; i < size; i++) {
    if (!isAllowed(value[i]!, i)) return `${name}[${i}] = ${value[i]}`;
  }
  return undefined;
}

/** A value in a few words, for a message. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null)
    return `an object (${Object.keys(value).slice(0, 5).join(', ')})`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Copies `size` numbers between flat arrays. */
export function copyNumbers(
  from: Numbers,
  start: number,
  into: WritableNumbers,
  offset: number,
  size: number,
): void {
  for (let i = 0; i < size; i++) into[offset + i] = from[start + i]!;
}
