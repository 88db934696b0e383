/** The sections measure what they are asked to; how fast it was is not for a test to say. */
import { jest } from '@jest/globals';
import { trace } from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';
import { loadContenders, type Contender } from '../contenders.ts';
import { matmul } from '../programs/matmul.ts';
import { policy } from '../programs/policy.ts';
import { ppo } from '../programs/ppo.ts';
import { measureActing } from './acting.ts';
import { measureProgram } from './programs.ts';
import { measureTraining } from './training.ts';

const effort = { repeats: 3, turn: 1e-9 };
const [onnx, onnxTwo] = (await loadContenders(['onnx'], true)) as [Contender, Contender | undefined];
const [reference, ...others] = (await loadContenders(['reference'], true)) as [Contender, ...Contender[]];

afterAll(async () => {
  for (const contender of [onnx, onnxTwo, reference]) await contender?.backend.close();
});

test('a backend without threads is one contender', () => {
  expect(reference.name).toBe('reference, 1 thread');
  expect(others).toEqual([]);
  expect(onnx.backend.capabilities.threads).toBe(1);
});

test('a program is measured with its yardstick on every contender', async () => {
  const record = await measureProgram(matmul(4, 5, 6), [onnx, reference], effort, matmul(2, 2, 2));
  expect(record).toMatchObject({ name: 'matmul-4x5x6', operations: 2 * 4 * 5 * 6 });
  expect(record.results.map(({ contender }) => contender)).toEqual(['onnx, 1 thread', 'reference, 1 thread']);
  for (const { time, shareOfPeak, compileTime } of record.results) {
    expect(time.best).toBeLessThanOrEqual(time.median);
    expect(shareOfPeak).toBeGreaterThan(0);
    expect(compileTime).toBeGreaterThan(0);
  }
});

test('PPO on ONNX Runtime meets the graph by hand, which has no yardstick', async () => {
  const { results } = await measureProgram(ppo(64), [onnx], effort, matmul(2, 2, 2));
  expect(results.map(({ contender }) => contender)).toEqual([
    'onnx, 1 thread',
    'onnx graph by hand, 1 thread',
  ]);
  expect(results[1]).not.toHaveProperty('shareOfPeak');
});

test('a program that a contender cannot do is left out there', async () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const unable: Contender = {
    name: 'unable',
    backend: {
      ...reference.backend,
      compile: () => Promise.reject(new UnsupportedError('unable: no matmul\nlisting')),
    },
  };
  const { results } = await measureProgram(matmul(2, 2, 2), [unable, reference], effort);
  expect(results.map(({ contender }) => contender)).toEqual(['reference, 1 thread']);
  expect(warn).toHaveBeenCalledWith('left out: matmul-2x2x2 on unable: unable: no matmul');
});

test('a mistake in a program is not taken for something a contender cannot do', async () => {
  const broken = {
    ...matmul(2, 2, 2),
    program: () => trace(() => ({ y: undefined as never }), {}),
  };
  await expect(measureProgram(broken, [reference], effort)).rejects.toThrow(TypeError);
});

test('acting is measured bare and through the agent', async () => {
  const record = await measureActing(policy(2), [onnx, reference], effort);
  expect(record.batch).toBe(2);
  expect(record.results.map(({ contender }) => contender)).toEqual(['onnx, 1 thread', 'reference, 1 thread']);
});

test('a training is done with the preset, as much of it as asked for', async () => {
  const { algorithm, environment, results } = await measureTraining([onnx], 0.005);
  expect([algorithm, environment]).toEqual(['ppo', 'CartPole-v1']);
  // 8 environments × 32 steps an iteration: two of them are more than 500 steps.
  expect(results[0]!.steps).toBe(512);
});
