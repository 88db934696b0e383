import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@ascent-rl/core/errors';
import { makeEnvironment, vectorize } from '@ascent-rl/environments';
import type { Agent } from '../agent.ts';
import type { Learner } from '../learner.ts';
import { recordTraining, type RecordOptions } from './record-training.ts';
import { createRun, readRun, type Run } from './run.ts';

let root: string;
let run: Run;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ascent-record-'));
  run = createRun(join(root, 'run'), {});
});
afterEach(() => {
  run.close();
  rmSync(root, { recursive: true });
});

/** Always pushes to the left. */
const pushing = {
  batch: async () => ({ act: async () => undefined, dispose: () => undefined }),
} as unknown as Agent;

/** A learner of 10 iterations of 30 steps that learns nothing. */
function idle(step = 0): Learner {
  return {
    agent: pushing,
    get step() {
      return step;
    },
    totalSteps: 300,
    async *train() {
      while (step < 300) {
        step += 30;
        yield { type: 'iteration', step, iteration: step / 30, episodes: [], metrics: { 'train/loss': 1 } };
      }
    },
    snapshot: async () => ({ metadata: { step }, arrays: {} }),
    dispose() {},
  };
}

async function checkpoints(learner: Learner, options: RecordOptions): Promise<number[]> {
  const steps: number[] = [];
  for await (const event of recordTraining(learner, run, options)) {
    if (event.type === 'checkpoint') steps.push(event.step);
  }
  return steps;
}

test('checkpoints are kept when a multiple of the interval is passed, and at the end', async () => {
  expect(await checkpoints(idle(), { checkpointEvery: 100 })).toEqual([120, 210, 300]);
  expect(readRun(run.path).checkpoint()?.metadata.step).toBe(300);
});

test('a resumed training keeps those that it would have kept', async () => {
  expect(await checkpoints(idle(120), { checkpointEvery: 100 })).toEqual([210, 300]);
});

test('an aborted training stops after its iteration, with a checkpoint', async () => {
  expect(await checkpoints(idle(), { checkpointEvery: 1000, signal: AbortSignal.abort() })).toEqual([30]);
});

test('the clock adds speed and duration since the start', async () => {
  let time = 5000;
  await checkpoints(idle(240), { now: () => (time += 500) });
  expect(readRun(run.path).metrics()).toEqual([
    { step: 270, 'train/loss': 1, 'time/fps': 60, 'time/time_elapsed': 0.5 },
    { step: 300, 'train/loss': 1, 'time/fps': 60, 'time/time_elapsed': 1 },
  ]);
});

describe('the evaluation at the end', () => {
  const lasting = vectorize(() => makeEnvironment('CartPole-v1'), 1);
  const evaluation = { environment: lasting, episodes: 2, seed: 0 };
  const broken = {
    ...lasting,
    step() {
      throw new Error('the simulator is gone');
    },
  };
  const evaluated = () =>
    readRun(run.path)
      .metrics()
      .filter((line) => 'eval/mean_reward' in line);

  test('costs no training where it fails, and a resumed run makes up for it, once', async () => {
    const failing = { ...evaluation, environment: broken };
    await expect(checkpoints(idle(), { evaluation: failing })).rejects.toThrow('the simulator is gone');
    expect(readRun(run.path).checkpoint()?.metadata.step).toBe(300);
    expect(evaluated()).toEqual([]);
    for (let resumed = 0; resumed < 2; resumed++) {
      expect(await checkpoints(idle(300), { evaluation })).toEqual([]);
      expect(evaluated()).toMatchObject([{ step: 300, 'eval/mean_ep_length': expect.any(Number) as number }]);
    }
  });
});

test.each([0, -1, NaN])('an interval of %d steps is refused', async (checkpointEvery) => {
  await expect(checkpoints(idle(), { checkpointEvery })).rejects.toThrow(ConfigError);
});
