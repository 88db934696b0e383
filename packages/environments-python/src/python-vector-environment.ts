/** Copies of a Gymnasium environment in Python processes, stepped together. */
import { availableParallelism } from 'node:os';
import { ConfigError, EnvironmentError, UnsupportedError } from '@ascent-rl/core/errors';
import {
  actionSize as actionSizeOf,
  box,
  flatSize,
  flattenInto,
  unflattenAction,
  violation,
  type Numbers,
  type Space,
  type VectorEnvironment,
} from '@ascent-rl/environments';
import { startBridge, type Bridge, type PythonOptions } from './bridge.ts';

/** Options of {@link pythonVectorEnvironment}. */
export interface PythonVectorOptions extends PythonOptions {
  /** How many copies step together, at least 1. */
  readonly count: number;
  /** Python processes that share the copies and work at the same time. Default: one a core, none without a copy. */
  readonly processes?: number;
}

/**
 * Copies of a Gymnasium environment by its id, such as `ALE/Pong-v5`, or `module:Id-v0` for a module that registers it.
 * A step is one message to each process and one back, of plain numbers. Results do not depend on `processes`.
 *
 * @throws UnsupportedError without Python or a module it needs; EnvironmentError for an unknown id, spaces that Ascent
 *   has not, values outside a space, an environment that raises (with its traceback) or a process that ended. One
 *   failure ends all processes.
 */
export function pythonVectorEnvironment(
  id: string,
  { count, processes = availableParallelism(), ...options }: PythonVectorOptions,
): VectorEnvironment {
  const name = `python:${id}`;
  expectWhole(name, 'count', count);
  expectWhole(name, 'processes', processes);
  const parts = startParts(id, count, Math.min(count, processes), options);
  const { observationSpace, actionSpace } = parts[0]!.bridge;
  const observationSize = flatSize(observationSpace);
  const actionSize = actionSizeOf(actionSpace);
  const show = rowWriter(name, observationSpace);
  const checkActions = actionChecker(name, actionSpace, count);

  let observations = new Float32Array(count * observationSize);
  const finalObservations = new Float32Array(count * observationSize);
  const rewards = new Float64Array(count);
  const terminated = new Uint8Array(count);
  const truncated = new Uint8Array(count);
  let steps: number | undefined;

  const close = (): void => {
    for (const { bridge } of parts) bridge.close();
  };
  /** One message to each process, then one from each; a failure of one ends all. */
  const exchange = (where: string, send: (part: Part) => void, take: (part: Part) => void): void => {
    try {
      for (const part of parts) send(part);
      for (const part of parts) {
        part.bridge.receive(where);
        take(part);
      }
    } catch (error) {
      close();
      throw error;
    }
  };
  return {
    id: name,
    count,
    observationSpace,
    actionSpace,
    observationSize,
    actionSize,
    resumable: false,
    get observations() {
      return observations;
    },
    set observations(replacement) {
      expectLength(name, 'observations', replacement, observations.length);
      replacement.set(observations);
      observations = replacement;
    },
    rewards,
    terminated,
    truncated,
    finalObservations,
    reset(seed) {
      exchange(
        'reset',
        ({ bridge, first }) => bridge.sendReset(seed + first),
        ({ bridge, first, size }) => {
          for (let i = 0; i < size; i++) show(bridge.observations, i, observations, first + i, 'reset');
        },
      );
      steps = 0;
    },
    step(actions) {
      expectLength(name, 'actions', actions, count * actionSize);
      if (steps === undefined) {
        throw new EnvironmentError(`${name}, step 1: expected reset() before the first step`);
      }
      const where = `step ${++steps}`;
      checkActions(actions, where);
      exchange(
        where,
        ({ bridge, first, size }) =>
          bridge.sendStep(actions.subarray(first * actionSize, (first + size) * actionSize)),
        ({ bridge, first, size }) => {
          let ended = 0;
          for (let i = 0; i < size; i++) {
            const row = first + i;
            rewards[row] = bridge.rewards[i]!;
            if (!Number.isFinite(rewards[row])) {
              throw new EnvironmentError(
                `${name}[${row}], ${where}: expected reward to be a finite number, got ${rewards[row]}`,
              );
            }
            terminated[row] = bridge.terminated[i]!;
            truncated[row] = terminated[row] === 1 ? 0 : bridge.truncated[i]!;
            if (terminated[row] === 1 || truncated[row] === 1) {
              show(bridge.finalObservations, ended++, finalObservations, row, where);
            }
            show(bridge.observations, i, observations, row, where);
          }
        },
      );
    },
    state() {
      throw new UnsupportedError(`${name}: an environment in Python has no state() to save and resume from`);
    },
    restore() {
      throw new UnsupportedError(`${name}: an environment in Python has no restore() to resume with`);
    },
    close,
  };
}

/** A process with `size` copies, of which the first is number `first` of all. */
interface Part {
  readonly bridge: Bridge;
  readonly first: number;
  readonly size: number;
}

/** Copies spread evenly over processes; if one does not start, the others end. */
function startParts(id: string, count: number, processes: number, options: PythonOptions): readonly Part[] {
  const parts: Part[] = [];
  try {
    for (let i = 0; i < processes; i++) {
      const first = Math.floor((i * count) / processes);
      const size = Math.floor(((i + 1) * count) / processes) - first;
      const bridge = startBridge(id, { ...options, count: size, autoreset: true, firstRow: first });
      parts.push({ bridge, first, size });
    }
    return parts;
  } catch (error) {
    for (const { bridge } of parts) bridge.close();
    throw error;
  }
}

/** Checks a row of observations as they came, and writes it flat into row `to`. */
function rowWriter(
  name: string,
  space: Space,
): (from: Numbers & Rows, row: number, into: Float32Array, to: number, where: string) => void {
  const width = actionSizeOf(space);
  const size = flatSize(space);
  const isAlwaysRight =
    space.kind === 'Box' &&
    space.dtype === 'uint8' &&
    space.low.every((low) => low === 0) &&
    space.high.every((high) => high === 255);
  return (from, row, into, to, where) => {
    const value =
      space.kind === 'Box'
        ? from.subarray(row * width, (row + 1) * width)
        : unflattenAction(space, from, row * width);
    const problem = isAlwaysRight ? undefined : violation(space, value, 'observation');
    if (problem !== undefined) {
      throw new EnvironmentError(
        `${name}[${to}], ${where}: expected observation in ${String(space)}, got ${problem}`,
      );
    }
    if (space.kind === 'Box') into.set(value as Numbers, to * size);
    else flattenInto(space, value, into, to * size);
  };
}

interface Rows {
  subarray(start: number, end: number): Numbers;
}

/** Refuses actions outside their space; those of a Box may leave its limits, but are finite. */
function actionChecker(
  name: string,
  space: Space,
  count: number,
): (actions: Float32Array, where: string) => void {
  const size = actionSizeOf(space);
  const accepted =
    space.kind === 'Box'
      ? box({ low: -Infinity, high: Infinity, shape: space.shape, dtype: 'float64' })
      : space;
  return (actions, where) => {
    for (let row = 0; row < count; row++) {
      const problem = violation(accepted, unflattenAction(accepted, actions, row * size), 'action');
      if (problem !== undefined) {
        throw new EnvironmentError(
          `${name}[${row}], ${where}: expected action in ${String(space)}, got ${problem}`,
        );
      }
    }
  };
}

function expectWhole(name: string, option: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ConfigError(`${name}: expected ${option} to be a whole number ≥ 1, got ${value}`);
  }
}

function expectLength(name: string, what: string, array: ArrayLike<unknown>, length: number): void {
  if (array.length !== length) {
    throw new EnvironmentError(`${name}: expected ${what} of ${length} numbers, got ${array.length}`);
  }
}
