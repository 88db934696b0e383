/** What people rely on who step their environments in worker threads. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, EnvironmentError, UnsupportedError } from '@ascent-rl/core/errors';
import { makeVectorEnvironment, type VectorEnvironment } from '../index.ts';
import { farewells } from '../../fixtures/farewell.ts';
import { environment } from '../../fixtures/mishaps.ts';
import { vectorizeInWorkers, type WorkersOptions } from './index.ts';

const module = new URL('../../fixtures/mishaps.ts', import.meta.url);
const open: VectorEnvironment[] = [];

const inWorkers = async (options: WorkersOptions): Promise<VectorEnvironment> => {
  const made = await vectorizeInWorkers(module, options);
  open.push(made);
  return made;
};
afterEach(() => {
  for (const environment of open.splice(0)) environment.close();
});

/** Everything that a step shows. */
const shown = (copies: VectorEnvironment) => {
  const {
    observations,
    finalObservations,
    rewards,
    terminated,
    truncated,
    actionMasks,
    finalActionMasks,
    observationSize: size,
  } = copies;
  const choices = actionMasks!.length / copies.count;
  const isOver = (i: number) => terminated[Math.floor(i / size)]! + truncated[Math.floor(i / size)]! > 0;
  return {
    observations: Array.from(observations),
    finalObservations: Array.from(finalObservations, (number, i) => (isOver(i) ? number : null)),
    rewards: Array.from(rewards),
    terminated: Array.from(terminated),
    truncated: Array.from(truncated),
    actionMasks: Array.from(actionMasks!),
    finalActionMasks: Array.from(finalActionMasks!, (flag, i) =>
      truncated[Math.floor(i / choices)] ? flag : null,
    ),
  };
};
const course = (copies: VectorEnvironment, steps: number) =>
  Array.from({ length: steps }, () => {
    copies.step(new Float32Array(copies.count));
    return shown(copies);
  });

test.each([
  [5, 2],
  [3, 1],
])('%d copies in %d workers do what they do one after the other', async (count, workers) => {
  const options = { count, maxEpisodeSteps: 12 };
  const here = makeVectorEnvironment(environment, options);
  const there = await inWorkers({ ...options, workers });
  const description = ({ id, resumable, observationSpace, actionSpace }: VectorEnvironment) =>
    [id, resumable, observationSpace, actionSpace].map(String);
  expect(description(there)).toEqual(description(here));
  for (const copies of [here, there]) copies.reset(7);
  expect(shown(there).observations).toEqual(shown(here).observations);
  const courses = [course(there, 40), course(here, 40)];
  expect(courses[0]).toEqual(courses[1]);
  // Both kinds of end have been among them, and final observations with them.
  for (const end of ['terminated', 'truncated'] as const) {
    expect(courses[0]!.some((step) => step[end].includes(1))).toBe(true);
  }
  // One continues what the other has saved.
  const saved = there.state();
  expect(saved).toEqual(here.state());
  const expected = course(here, 20);
  there.reset(0);
  there.restore(saved);
  expect(course(there, 20)).toEqual(expected);
});

test('observations go to an array that the caller provides', async () => {
  const copies = await inWorkers({ count: 2, workers: 2 });
  copies.reset(1);
  const memory = new Float32Array(4);
  copies.observations = memory;
  expect(Array.from(memory).filter((_, i) => i % 2 === 1)).toEqual([0, 1]);
  copies.step(Float32Array.of(0, 0));
  expect(copies.observations).toBe(memory);
  expect(memory[0]).toBe(copies.rewards[0]);
  expect(() => (copies.observations = new Float32Array(1))).toThrow('expected observations of 4 numbers');
});

test.each<[string, number[], string]>([
  ['turns NaN', [0, 0, 1], 'mishaps[2], step 1: expected observation in Box'],
  ['raises', [0, 0, 2], 'mishaps, worker 2 of 2 (copies 1 to 2): raised RangeError: no way out'],
  ['gets a wrong action', [9, 0, 0], 'mishaps[0], step 1: expected action in Discrete(5), got action = 9'],
  ['ends its thread', [3, 0, 0], 'mishaps, worker 1 of 2 (copy 0): the worker ended by itself'],
])('an environment that %s is named, and all workers are shut down', async (_, actions, text) => {
  const copies = await inWorkers({ count: 3, workers: 2 });
  copies.reset(0);
  const step = () => copies.step(Float32Array.from(actions));
  expect(step).toThrow(text);
  expect(step).toThrow(EnvironmentError);
  expect(step).toThrow('mishaps: the workers are shut down; make new ones');
});

test('steps before the first reset, and after the end, are errors', async () => {
  const copies = await inWorkers({ count: 1 });
  expect(() => copies.step(Float32Array.of(0, 0))).toThrow('expected actions of 1 numbers, got 2');
  expect(() => copies.step(Float32Array.of(0))).toThrow('step 1: expected reset() before the first step');
  const closed = await inWorkers({ count: 1 });
  closed.close();
  expect(() => closed.reset(0)).toThrow('the workers are shut down');
});

test.each([
  [{ count: 0 }, 'expected count to be a whole number ≥ 1, got 0'],
  [{ count: 2, workers: 3 }, 'expected workers to be a whole number from 1 to 2, got 3'],
  [{ count: 2, workers: 0 }, 'from 1 to 2, got 0'],
  [{ count: 2, maxEpisodeSteps: 0 }, 'maxEpisodeSteps'],
])('%j is refused', async (options, text) => {
  await expect(vectorizeInWorkers(module, options)).rejects.toThrow(ConfigError);
  await expect(vectorizeInWorkers(module, options)).rejects.toThrow(text);
});

test('a module that cannot be used is named', async () => {
  const from = (url: string) => vectorizeInWorkers(new URL(url, import.meta.url), { count: 1 });
  await expect(from('./nowhere.ts')).rejects.toThrow(/nowhere.ts could not be loaded/);
  await expect(from('./memory.ts')).rejects.toThrow('to export a function `environment`, got exports');
});

test('an environment that can be made here but not in a worker is named with the worker', async () => {
  const made = vectorizeInWorkers(new URL('../../fixtures/homesick.ts', import.meta.url), {
    count: 2,
    workers: 2,
  });
  await expect(made).rejects.toThrow(/corridor, worker [12] of 2 \(copy [01]\): raised Error: not at home/);
});

test('closing closes every copy', async () => {
  mkdirSync(farewells);
  const copies = await vectorizeInWorkers(new URL('../../fixtures/farewell.ts', import.meta.url), {
    count: 3,
    workers: 2,
  });
  rmSync(join(farewells, '0')); // of the one that was made here to learn its spaces
  copies.close();
  copies.close();
  expect(readdirSync(farewells).sort()).toEqual(['0', '1', '2']);
  rmSync(farewells, { recursive: true });
});

test('an environment without a state cannot be saved', async () => {
  const copies = await vectorizeInWorkers(new URL('../../fixtures/forgetful.ts', import.meta.url), {
    count: 1,
  });
  open.push(copies);
  expect(() => copies.state()).toThrow(UnsupportedError);
  expect(() => copies.restore({})).toThrow(UnsupportedError);
});
