/**
 * What learners share besides their mathematics: random streams, initial state, snapshots, and the check for NaN.
 */
import type { DeviceArray } from '@ascent-rl/core';
import { CheckpointError, NumericalError } from '@ascent-rl/core/errors';
import type { InitialState } from '@ascent-rl/core/optim';
import { generator, type Generator, type GeneratorState } from '@ascent-rl/core/random';
import { restoreArray, type Snapshot, type Stateful, type TypedArray } from './checkpoint.ts';
import type { Places } from './compiled.ts';

/** Independent generators by purpose, so that drawing more of one thing does not change another. */
export type Streams<Name extends string> = Readonly<Record<Name, Generator>>;

/** Independent generators derived from one seed, in the order of the names. */
export function streams<Name extends string>(seed: number, names: readonly Name[]): Streams<Name> {
  const children = generator(seed).spawn(names.length);
  return Object.fromEntries(names.map((name, i) => [name, children[i]!])) as Streams<Name>;
}

/** Fills the places `prefix.name` with an optimiser's initial state. */
export function fillState(
  places: Places,
  prefix: string,
  state: Readonly<Record<string, InitialState>>,
): void {
  for (const [name, { value }] of Object.entries(state)) {
    const place = places[`${prefix}.${name}`]!;
    place.write(new Float32Array(place.size).fill(value));
  }
}

/** What a learner consists of, for a snapshot. */
export interface LearnerState {
  /** Environment steps so far. */
  readonly step: number;
  /** Iterations so far: what lies between two reports. */
  readonly iteration: number;
  /** Places whose values last: parameters and optimiser state. */
  readonly places: Places;
  readonly random: Streams<string>;
  /** What collects experience, with its environments and statistics. */
  readonly collector: Stateful;
}

/**
 * A snapshot of a learner.
 *
 * @throws NumericalError when a place holds NaN or infinity: such a state is not worth keeping.
 */
export async function snapshotLearner({
  step,
  iteration,
  places,
  random,
  collector,
}: LearnerState): Promise<Snapshot> {
  const arrays: Record<string, TypedArray> = {};
  for (const [name, place] of Object.entries(places)) {
    const values = await place.read();
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new NumericalError(`snapshot: ${name}[${bad}] is ${values[bad]} at step ${step}`);
    arrays[name] = values;
  }
  const generators = Object.fromEntries(
    Object.entries(random).map(([name, stream]) => [name, stream.state()]),
  );
  return {
    metadata: { step, iteration, random: generators },
    arrays: { ...arrays, ...collector.state() },
  };
}

/**
 * Puts a learner back into the state of a snapshot. Returns its counters.
 *
 * @throws CheckpointError when the snapshot belongs to another architecture or environment.
 */
export function restoreLearner(
  snapshot: Snapshot,
  { places, random, collector }: Pick<LearnerState, 'places' | 'random' | 'collector'>,
): { step: number; iteration: number } {
  const {
    step,
    iteration,
    random: generators,
  } = snapshot.metadata as unknown as {
    readonly step: number;
    readonly iteration: number;
    readonly random: Readonly<Record<string, GeneratorState>>;
  };
  for (const [name, stream] of Object.entries(random)) {
    const state = generators[name];
    if (state === undefined) {
      throw new CheckpointError(
        `checkpoint: expected the state of the random stream "${name}", got those of ` +
          `${Object.keys(generators).join(', ')}; it was made by another algorithm`,
      );
    }
    stream.restore(state);
  }
  for (const [name, place] of Object.entries(places)) restorePlace(snapshot, name, place);
  collector.restore(snapshot);
  return { step, iteration };
}

/** Writes the array `name` of a snapshot into a place. Throws CheckpointError when it does not fit. */
export function restorePlace(snapshot: Snapshot, name: string, place: DeviceArray): void {
  const values = new Float32Array(place.size);
  restoreArray(snapshot, name, values);
  place.write(values);
}

/**
 * Stops a training that has gone wrong.
 *
 * @throws NumericalError naming the first quantity that is NaN or infinite.
 */
export function checkFinite(
  algorithm: string,
  step: number,
  quantities: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(quantities)) {
    if (!Number.isFinite(value)) {
      throw new NumericalError(
        `${algorithm}: ${name} became ${value} at step ${step}; the last checkpoint, if any, is from before. Try a smaller ` +
          'learning rate, a smaller largest gradient norm, or normalized observations and rewards',
      );
    }
  }
}
