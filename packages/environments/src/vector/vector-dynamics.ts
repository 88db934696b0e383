/** The vectorised environment of our own dynamics: in place, over flat arrays; a step allocates nothing. */
import { EnvironmentError } from '@ascent-rl/core/errors';
import { generator, type Generator } from '@ascent-rl/core/random';
import type { Dynamics } from '../dynamics.ts';
import { actionSize as actionSizeOf, choiceCount, flatSize } from '../spaces/space.ts';
import type { Space } from '../spaces/types.ts';
import { expectStepLimit } from '../time-limit.ts';
import { expectCount, expectLength, savedArray, type VectorEnvironment } from './vector-environment.ts';

/** Numbers of a generator's state in an array: state [4], increment [4], whether half a draw waits, and that half. */
const generatorSize = 10;

/** `count` copies with the given dynamics; episodes are truncated after `maxEpisodeSteps`. */
export function vectorDynamics(
  id: string,
  dynamics: Dynamics<Space>,
  count: number,
  maxEpisodeSteps: number = Infinity,
): VectorEnvironment {
  expectCount(id, count);
  expectStepLimit(maxEpisodeSteps);
  const { observationSpace, actionSpace, stateSize } = dynamics;
  const observationSize = flatSize(observationSpace);
  const actionSize = actionSizeOf(actionSpace);
  let observations = new Float32Array(count * observationSize);
  const finalObservations = new Float32Array(count * observationSize);
  const rewards = new Float64Array(count);
  const terminated = new Uint8Array(count);
  const truncated = new Uint8Array(count);
  const state = new Float64Array(count * stateSize);
  /** Steps so far, how many of them each copy's episode began after, and after how many the next is truncated. */
  let time = 0;
  const began = new Float64Array(count);
  let deadline = Infinity;
  let anyTruncated = false;
  const elapsed = (row: number): number => time - began[row]!;
  const expectActions = actionCheck(id, actionSpace, count, elapsed);
  let generators: Generator[] = [];
  const actionMasks = dynamics.maskActions && new Uint8Array(count * choiceCount(actionSpace));
  const finalActionMasks = actionMasks?.slice();

  const show = (): void => {
    dynamics.observe(state, observations, 0, count);
    if (actionMasks) dynamics.maskActions!(state, actionMasks, count);
  };
  const startEpisode = (row: number): void => {
    dynamics.reset(generators[row]!, state, row);
    began[row] = time;
  };
  const setDeadline = (): void => {
    deadline = maxEpisodeSteps + began.reduce((least, start) => Math.min(least, start), Infinity);
  };
  /** Marks the episodes that are over by their length alone; all is looked through only when one is. */
  const truncate = (): void => {
    if (anyTruncated) truncated.fill(0);
    anyTruncated = time >= deadline;
    if (!anyTruncated) return;
    for (let row = 0; row < count; row++) {
      truncated[row] = terminated[row] === 0 && elapsed(row) >= maxEpisodeSteps ? 1 : 0;
    }
  };
  const finishEpisode = (row: number): void => {
    for (let i = row * observationSize; i < (row + 1) * observationSize; i++)
      finalObservations[i] = observations[i]!;
    startEpisode(row);
    dynamics.observe(state, observations, row, row + 1);
  };
  return {
    id,
    count,
    observationSpace,
    actionSpace,
    observationSize,
    actionSize,
    resumable: true,
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
      generators = Array.from({ length: count }, (_, i) => generator(seed + i));
      generators.forEach((_, row) => startEpisode(row));
      setDeadline();
      show();
    },
    step(actions) {
      if (generators.length === 0)
        throw new EnvironmentError(`${id}, step 1: expected reset() before the first step`);
      expectActions(actions);
      dynamics.step(state, actions, rewards, terminated, count, generators);
      dynamics.observe(state, observations, 0, count);
      time += 1;
      truncate();
      if (anyTruncated && finalActionMasks) dynamics.maskActions!(state, finalActionMasks, count);
      for (let row = 0; row < count; row++) {
        if ((terminated[row]! | truncated[row]!) !== 0) finishEpisode(row);
      }
      if (anyTruncated) setDeadline();
      if (actionMasks) dynamics.maskActions!(state, actionMasks, count);
    },
    state: () => ({
      'environments.state': state.slice(),
      'environments.elapsed': Uint32Array.from(began, (_, row) => elapsed(row)),
      'environments.generators': Uint32Array.from(generators.flatMap(packGenerator)),
    }),
    restore(saved) {
      const packed = Array.from(savedArray(saved, 'environments.generators', count * generatorSize));
      state.set(savedArray(saved, 'environments.state', state.length));
      const steps = savedArray(saved, 'environments.elapsed', count);
      for (let row = 0; row < count; row++) began[row] = time - steps[row]!;
      setDeadline();
      generators = Array.from({ length: count }, (_, row) => unpackGenerator(packed, row * generatorSize));
      show();
    },
    close() {},
  };
}

function packGenerator(random: Generator): number[] {
  const { state, increment, buffered } = random.state();
  return [...state, ...increment, buffered === null ? 0 : 1, buffered ?? 0];
}

function unpackGenerator(packed: readonly number[], at: number): Generator {
  const random = generator(0);
  const buffered = packed[at + 8] === 1 ? packed[at + 9]! : null;
  random.restore({ state: packed.slice(at, at + 4), increment: packed.slice(at + 4, at + 8), buffered });
  return random;
}

/** Raises for actions of the wrong length or outside the space; a Box action only has to be finite. */
function actionCheck(
  id: string,
  space: Dynamics['actionSpace'],
  count: number,
  elapsed: (row: number) => number,
): (actions: Float32Array) => void {
  const size = actionSizeOf(space);
  const isBox = space.kind === 'Box';
  const low = new Float64Array(size).fill(
    space.kind === 'Discrete' ? space.start : isBox ? -Number.MAX_VALUE : 0,
  );
  const high = Float64Array.from(low, (first, i) => {
    if (isBox) return Number.MAX_VALUE;
    return (
      first + (space.kind === 'Discrete' ? space.n : space.kind === 'MultiDiscrete' ? space.nvec[i]! : 2) - 1
    );
  });
  const [lowest, highest] = [Math.max(...low), Math.min(...high)];
  /** Looks at all actions at once, as if none could be wrong. */
  const areFine = (actions: Float32Array): boolean => {
    for (let at = 0; at < actions.length; at++) {
      const action = actions[at]!;
      if (!(action >= lowest && action <= highest && (isBox || action === Math.floor(action)))) return false;
    }
    return true;
  };
  return (actions) => {
    expectLength(id, 'actions', actions, count * size);
    if (areFine(actions)) return;
    for (let row = 0, at = 0; row < count; row++) {
      for (let i = 0; i < size; i++, at++) {
        const action = actions[at]!;
        if (action >= low[i]! && action <= high[i]! && (isBox || action === Math.floor(action))) continue;
        throw new EnvironmentError(
          `${id}[${row}], step ${elapsed(row) + 1}: expected action in ${String(space)}, got action[${i}] = ${action}`,
        );
      }
    }
  };
}
