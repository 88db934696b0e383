/** The vectorised environment of anybody's environments: one after the other, with every value checked. */
import { CheckpointError, ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import { isResumable, type Environment, type Json } from '../environment.ts';
import {
  actionSize as actionSizeOf,
  choiceCount,
  flatSize,
  flattenInto,
  unflattenAction,
} from '../spaces/space.ts';
import { strictEnvironment } from '../strict.ts';
import { expectCount, expectLength, savedArray, type VectorEnvironment } from './vector-environment.ts';

/**
 * `count` environments of a factory, which is called with 0 to `count` - 1. Observations are flattened by their
 * space (Discrete ones to one-hot vectors, Dict and Tuple part by part), actions arrive as values of their space.
 *
 * @param name - The id of the whole, by default that of the environments.
 * @param first - What counting starts from, for the factory and in messages; where these are a part of all copies.
 * @throws ConfigError when the copies have different spaces.
 */
export function vectorize(
  factory: (index: number) => Environment,
  count: number,
  name?: string,
  first: number = 0,
): VectorEnvironment {
  expectCount('vectorize', count);
  const environments: Environment[] = [];
  const idOf = (environment: Environment): string => name ?? environment.id ?? 'environment';
  try {
    for (let i = first; i < first + count; i++) {
      const environment = factory(i);
      environments.push(strictEnvironment(environment, `${idOf(environment)}[${i}]`));
    }
    expectAlike(environments);
  } catch (error) {
    closeAll(environments);
    throw error;
  }
  const { observationSpace, actionSpace } = environments[0]!;
  const id = environments[0]!.id!.slice(0, -`[${first}]`.length);

  const observationSize = flatSize(observationSpace);
  const actionSize = actionSizeOf(actionSpace);
  let observations = new Float32Array(count * observationSize);
  const finalObservations = new Float32Array(count * observationSize);
  const rewards = new Float64Array(count);
  const terminated = new Uint8Array(count);
  const truncated = new Uint8Array(count);
  const resumable = environments.every(isResumable);
  const choices = choiceCount(actionSpace);
  const actionMasks = environments[0]!.actionMask && new Uint8Array(count * choices);
  const finalActionMasks = actionMasks?.slice();
  const showMask = (row: number, into: Uint8Array | undefined): void =>
    into?.set(environments[row]!.actionMask!(), row * choices);
  const showMasks = (): void => environments.forEach((_, row) => showMask(row, actionMasks));
  const show = (row: number, observation: unknown, into: Float32Array): void =>
    flattenInto(observationSpace, observation as never, into, row * observationSize);

  return {
    id,
    count,
    observationSpace,
    actionSpace,
    observationSize,
    actionSize,
    resumable,
    ...(actionMasks && finalActionMasks && { actionMasks, finalActionMasks }),
    get observations() {
      return observations;
    },
    set observations(replacement) {
      expectLength(id, 'observations', replacement, observations.length);
      replacement.set(observations);
      observations = replacement;
    },
    rewards,
    terminated,
    truncated,
    finalObservations,
    reset(seed) {
      environments.forEach((environment, row) => {
        show(row, environment.reset({ seed: seed + row }).observation, observations);
      });
      showMasks();
    },
    step(actions) {
      expectLength(id, 'actions', actions, count * actionSize);
      environments.forEach((environment, row) => {
        const result = environment.step(unflattenAction(actionSpace, actions, row * actionSize));
        rewards[row] = result.reward;
        terminated[row] = result.terminated ? 1 : 0;
        truncated[row] = result.truncated ? 1 : 0;
        const isOver = result.terminated || result.truncated;
        if (isOver) show(row, result.observation, finalObservations);
        if (result.truncated) showMask(row, finalActionMasks);
        show(row, isOver ? environment.reset().observation : result.observation, observations);
      });
      showMasks();
    },
    state() {
      if (!resumable) {
        throw new UnsupportedError(
          `${id}: expected an environment with state() and restore(), got one without; add them to resume exactly`,
        );
      }
      return {
        'environments.states': encodeJson(environments.map((environment) => environment.state())),
        'environments.observations': observations.slice(),
      };
    },
    restore(saved) {
      if (!resumable)
        throw new UnsupportedError(`${id}: expected an environment with restore(), got one without`);
      const states = decodeJson(savedArray(saved, 'environments.states'));
      if (states.length !== count) {
        throw new CheckpointError(
          `restore: expected the states of ${count} environments, got ${states.length}`,
        );
      }
      observations.set(savedArray(saved, 'environments.observations', observations.length));
      environments.forEach((environment, row) => environment.restore(states[row]!));
      showMasks();
    },
    close() {
      const [error] = closeAll(environments);
      if (error) throw error;
    },
  };
}

/** Closes every one, whatever others raise. Returns what was raised. */
function closeAll(environments: readonly Environment[]): readonly Error[] {
  return environments.flatMap((environment) => {
    try {
      environment.close?.();
      return [];
    } catch (error) {
      return [error as Error];
    }
  });
}

function expectAlike(environments: readonly Environment[]): void {
  const spaces = environments.map(
    ({ observationSpace, actionSpace }) => `${String(observationSpace)}, ${String(actionSpace)}`,
  );
  const other = spaces.findIndex((text) => text !== spaces[0]);
  if (other > 0) {
    throw new ConfigError(
      `${environments[other]!.id}: expected copies with the same spaces, got ${spaces[0]} and ${spaces[other]}`,
    );
  }
}

/** JSON text as UTF-16 code units, the form in which checkpoints keep it. */
export function encodeJson(value: readonly Json[]): Uint16Array {
  const text = JSON.stringify(value);
  return Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** What {@link encodeJson} has encoded. */
export function decodeJson(codes: ArrayLike<number>): readonly Json[] {
  return JSON.parse(Array.from(codes, (code) => String.fromCharCode(code)).join('')) as readonly Json[];
}
