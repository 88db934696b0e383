/**
 * Experience to learn from again and again: a ring of transitions as a structure of typed arrays.
 *
 * A row is (s, a, R, s′, Γ), from which a target is y = R + Γ V(s′):
 *
 *   R = Σ_{k<m} γᵏ rₜ₊ₖ      s′ = sₜ₊ₘ      Γ = γᵐ, or 0 where s′ is terminal
 *
 * with m = n steps, or as many as the episode had left. A truncated episode thus bootstraps from its own final
 * observation, a terminated one has no future. Until n steps have passed a row holds the return of those that have.
 *
 * Shapes: N environments, S numbers in an observation, A in an action, C rows, B rows in a batch. The rows of one step
 * lie side by side, [step, environment].
 */
import { CheckpointError, ConfigError, NumericalError } from '@ascent-rl/core/errors';
import type { Generator } from '@ascent-rl/core/random';
import type { Space } from '@ascent-rl/environments';
import { expectArray, restoreArray, type Stateful } from './checkpoint.ts';
import { guarded } from './guarded.ts';
import { expectMemory } from './memory.ts';
import { sumTreeBytes } from './sum-tree.ts';

/** Sizes of a replay buffer. */
export interface ReplayShape {
  /** Most transitions kept; rounded down to whole steps of all environments. */
  readonly capacity: number;
  /** N */
  readonly environments: number;
  /** S */
  readonly observationSize: number;
  /** What observations are: bytes, of a Box of type uint8, are kept as such. By default they are any numbers. */
  readonly observationSpace?: Space;
  /** A */
  readonly actionSize: number;
  /** n, the steps that a return sums before it bootstraps; at least 1. */
  readonly multiStep: number;
  /** γ */
  readonly discount: number;
  /** Whether its rows have {@link priorities}, whose tree takes memory too. Default false. */
  readonly prioritized?: boolean;
}

/** One step of all environments; arrays without another shape are [N]. */
export interface Transitions {
  /** What the policy saw, [N, S]. */
  readonly observations: ArrayLike<number>;
  /** What it chose, in its own units, [N, A]. */
  readonly actions: ArrayLike<number>;
  readonly rewards: ArrayLike<number>;
  /** What it sees next, [N, S]. */
  readonly nextObservations: ArrayLike<number>;
  /** What it saw last where an episode ended, [N, S]; other rows are not read. */
  readonly finalObservations: ArrayLike<number>;
  /** 1 where the step ended the episode in a terminal state. */
  readonly terminated: ArrayLike<number>;
  /** 1 where the step ended the episode early. */
  readonly truncated: ArrayLike<number>;
}

/** Rows of experience in arrays that are filled anew for each gradient step. */
export interface ReplayBatch {
  /** Which rows of the buffer these are, [B]. */
  readonly rows: Uint32Array;
  /** [B, S] */
  readonly observations: Float32Array;
  /** [B, A] */
  readonly actions: Float32Array;
  /** R, [B] */
  readonly rewards: Float32Array;
  /** s′, [B, S] */
  readonly nextObservations: Float32Array;
  /** Γ, [B] */
  readonly discounts: Float32Array;
}

/** A ring of transitions. Its state holds the rows filled so far. */
export interface ReplayBuffer extends Stateful {
  /** C */
  readonly capacity: number;
  /** Bytes of its arrays, and of its priorities if it has any. */
  readonly bytes: number;
  /** Rows filled so far. */
  readonly size: number;
  /**
   * Writes one step of all environments over the oldest. Returns the first row written.
   *
   * @throws NumericalError for a reward or an observation that is NaN or infinite, before anything is written.
   */
  add(transitions: Transitions): number;
  /** Draws rows uniformly, with replacement, and copies them; a batch as large as the buffer is all of it, in order. */
  sample(random: Generator, into: ReplayBatch): void;
  /** Copies the rows that `into.rows` names. */
  gather(into: ReplayBatch): void;
  /** Ends the returns under way: what comes next belongs to other episodes. */
  cut(): void;
}

/**
 * Bytes that the arrays of a replay buffer take: C · (2 k S + 4 (A + 2)), k = 1 for observations of bytes, else 4; and
 * with priorities those of their tree.
 */
export function replayBytes({
  capacity,
  observationSize,
  observationSpace,
  actionSize,
  prioritized = false,
}: ReplayShape): number {
  const { BYTES_PER_ELEMENT: bytes } = observationArray(observationSpace);
  const rows = capacity * (2 * bytes * observationSize + 4 * (actionSize + 2));
  return rows + (prioritized ? sumTreeBytes(capacity) : 0);
}

function observationArray(space: Space | undefined): typeof Float32Array | typeof Uint8Array {
  return space?.kind === 'Box' && space.dtype === 'uint8' ? Uint8Array : Float32Array;
}

/** Arrays for `size` rows of a buffer's shape. */
export function replayBatch(
  size: number,
  { observationSize, actionSize }: Pick<ReplayShape, 'observationSize' | 'actionSize'>,
): ReplayBatch {
  return {
    rows: new Uint32Array(size),
    observations: new Float32Array(size * observationSize),
    actions: new Float32Array(size * actionSize),
    rewards: new Float32Array(size),
    nextObservations: new Float32Array(size * observationSize),
    discounts: new Float32Array(size),
  };
}

/**
 * An empty replay buffer.
 *
 * @throws ConfigError for sizes out of range, and where the machine has not memory enough for all of it,
 *   or the engine no arrays as long.
 */
export function replayBuffer(shape: ReplayShape): ReplayBuffer {
  const { environments, observationSize, actionSize, multiStep, discount } = shape;
  const capacity = Math.floor(shape.capacity / environments) * environments;
  if (!(capacity >= multiStep * environments && capacity < 2 ** 32)) {
    throw new ConfigError(
      `replay buffer: expected a capacity from ${multiStep * environments} (steps of a return × environments) to ` +
        `${2 ** 32 - 1} transitions, got ${shape.capacity}`,
    );
  }
  const bytes = replayBytes({ ...shape, capacity });
  const what = `replay buffer of ${capacity} transitions`;
  const remedy = 'make the buffer smaller';
  expectMemory(what, bytes, remedy);
  const ObservationArray = observationArray(shape.observationSpace);
  const kept = guarded(
    (problem, cause) => new ConfigError(`${what}: its arrays do not fit: ${problem}; ${remedy}`, cause),
    () => ({
      observations: new ObservationArray(capacity * observationSize),
      actions: new Float32Array(capacity * actionSize),
      rewards: new Float32Array(capacity),
      nextObservations: new ObservationArray(capacity * observationSize),
      discounts: new Float32Array(capacity),
    }),
  );
  const { observations, actions, rewards, nextObservations, discounts } = kept;
  /** Position of the next row, rows filled, and for each environment how many earlier rows a return still grows. */
  const cursor = new Float64Array(2 + environments);
  const powers = Float64Array.from({ length: multiStep + 1 }, (_, k) => discount ** k);
  const widths = { observations: observationSize, actions: actionSize, nextObservations: observationSize };
  const widthOf = (name: string) => (widths as Record<string, number>)[name] ?? 1;

  const hasEnded = (step: Transitions, e: number): boolean => !!(step.terminated[e] || step.truncated[e]);
  const nextOf = (step: Transitions, e: number): ArrayLike<number> =>
    hasEnded(step, e) ? step.finalObservations : step.nextObservations;

  /** Looks at the numbers as they come: in a buffer of bytes NaN would be 0. */
  function expectFiniteStep(step: Transitions, e: number): void {
    expectFinite('reward', step.rewards[e]!, e);
    for (const source of [step.observations, nextOf(step, e)]) {
      for (let i = e * observationSize; i < (e + 1) * observationSize; i++) {
        expectFinite('observation', source[i]!, e);
      }
    }
  }
  function addOne(row: number, e: number, step: Transitions): void {
    const next = nextOf(step, e);
    const reward = step.rewards[e]!;
    copyRow(step.observations, e, observations, row, observationSize);
    copyRow(step.actions, e, actions, row, actionSize);
    rewards[row] = 0;
    const open = cursor[2 + e]!;
    for (let back = 0; back <= open; back++) {
      const at = (row - back * environments + capacity) % capacity;
      rewards[at] = rewards[at]! + powers[back]! * reward;
      discounts[at] = step.terminated[e] ? 0 : powers[back + 1]!;
      copyRow(next, e, nextObservations, at, observationSize);
    }
    cursor[2 + e] = hasEnded(step, e) ? 0 : Math.min(open + 1, multiStep - 1);
  }
  function gather(into: ReplayBatch): void {
    const { rows } = into;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      copyRow(observations, row, into.observations, i, observationSize);
      copyRow(actions, row, into.actions, i, actionSize);
      copyRow(nextObservations, row, into.nextObservations, i, observationSize);
      into.rewards[i] = rewards[row]!;
      into.discounts[i] = discounts[row]!;
    }
  }

  return {
    capacity,
    bytes,
    get size() {
      return cursor[1]!;
    },
    add(transitions) {
      const first = cursor[0]!;
      for (let e = 0; e < environments; e++) expectFiniteStep(transitions, e);
      for (let e = 0; e < environments; e++) addOne(first + e, e, transitions);
      cursor[0] = (first + environments) % capacity;
      cursor[1] = Math.min(cursor[1]! + environments, capacity);
      return first;
    },
    sample(random, into) {
      const size = cursor[1]!;
      const all = into.rows.length === capacity && size === capacity;
      for (let i = 0; i < into.rows.length; i++) into.rows[i] = all ? i : random.integers(0, size);
      gather(into);
    },
    gather,
    cut: () => void cursor.fill(0, 2),
    state: () => ({
      'replay.cursor': cursor,
      ...Object.fromEntries(
        Object.entries(kept).map(([name, table]) => [
          `replay.${name}`,
          table.subarray(0, cursor[1]! * widthOf(name)),
        ]),
      ),
    }),
    restore(snapshot) {
      restoreArray(snapshot, 'replay.cursor', cursor);
      const [next, size] = [cursor[0]!, cursor[1]!];
      // A ring that was full keeps its capacity; one that was not ends at its next row.
      if (size < capacity ? next !== size : size > capacity || next >= capacity) {
        throw unlike(`capacity ${capacity}`, `${size} rows and row ${next} as the next`);
      }
      const longest = Math.max(...cursor.subarray(2));
      if (longest >= multiStep) throw unlike(`returns of ${multiStep} steps`, `one of ${longest} under way`);
      for (const [name, table] of Object.entries(kept)) {
        table.set(expectArray(snapshot, `replay.${name}`, size * widthOf(name)) as typeof table);
      }
    },
  };
}

function unlike(expected: string, got: string): CheckpointError {
  return new CheckpointError(
    `checkpoint: expected a replay buffer of ${expected}, got ${got}; resume with the bufferSize and multiStep ` +
      'that it was made with',
  );
}

function copyRow(
  from: ArrayLike<number>,
  row: number,
  into: Float32Array | Uint8Array,
  intoRow: number,
  width: number,
): void {
  const source = row * width;
  const target = intoRow * width;
  for (let i = 0; i < width; i++) into[target + i] = from[source + i]!;
}

function expectFinite(quantity: string, value: number, environment: number): void {
  if (Number.isFinite(value)) return;
  throw new NumericalError(
    `replay buffer: expected a finite ${quantity}, got ${value} from environment ${environment}; the last ` +
      'checkpoint is from before. Look for the fault in the environment',
  );
}
