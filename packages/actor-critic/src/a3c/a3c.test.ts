/** A3C as a whole: threads that learn one model. */
import { ConfigError, EnvironmentError, NumericalError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import { interpret, referenceBackend } from '@ascent-rl/core/reference';
import { box, discrete, makeVectorEnvironment, vectorize } from '@ascent-rl/environments';
import { actorCritic, decodeSnapshot, encodeSnapshot, parseConfig, policyModel } from '@ascent-rl/training';
import type { Learner, LearnerOptions, Snapshot } from '@ascent-rl/training';
import { runModel } from '../../../onnx/src/testing/run-model.ts';
import { testActionMasks, testDictObservations, train } from '../../../training/fixtures/learner-suite.ts';
import { descendShared, sharedModel } from './shared-model.ts';
import { tasks, url } from '../../fixtures/world.ts';
import { a2cSchema, a2cUpdate } from '../index.ts';
import { a3c, a3cGradient, a3cSchema, type A3cOptions } from './index.ts';

const small: A3cOptions = { hiddenSizes: [8], updatesPerIteration: 20, learningRate: 1e-2, steps: 800 };
const learners: Learner[] = [];
afterEach(() => learners.splice(0).forEach((learner) => learner.dispose()));

async function start(
  config: A3cOptions,
  { id = 'CartPole-v1', ...rest }: { id?: string; seed?: number; snapshot?: Snapshot } = {},
): Promise<Learner> {
  const environment = makeVectorEnvironment(id === 'broken' ? 'CartPole-v1' : id, { count: 1 });
  const world = { url, data: id };
  const learner = await a3c({ environment, backend: referenceBackend(), config, world, seed: 1, ...rest });
  learners.push(learner);
  return learner;
}

test.each([1, 2])('%d workers learn to balance', async (workers) => {
  const learner = await start({ steps: 60_000, workers, environments: 4 });
  const events = await train(learner);
  expect(events.at(-1)!.metrics['rollout/ep_rew_mean']).toBeGreaterThan(40);
});

const learning: A3cOptions = {
  workers: 1,
  hiddenSizes: [8],
  environments: 4,
  learningRate: 1e-2,
  steps: 8000,
};
const inWorld = (data: string) => ({
  start: (options: LearnerOptions<A3cOptions>) => a3c({ ...options, world: { url, data } }),
  environments: 1,
});
testDictObservations(inWorld('parts'), learning);
testActionMasks(inWorld('forbidding'), learning);

test.each([
  ['choices', [1, 0], [0, 2]],
  ['switches', [1, 0], [0, 1]],
])('learns several %s at once', async (data, first, second) => {
  const environment = vectorize(tasks[data]!, 1);
  const learner = await inWorld(data).start({ environment, backend: referenceBackend(), config: learning });
  learners.push(learner);
  await train(learner);
  const answer = async (asked: number) =>
    Array.from((await learner.agent.act(Float32Array.of(asked))) as ArrayLike<number>);
  expect([await answer(1), await answer(-1)]).toEqual([first, second]);
});

test('one worker: equal seeds give equal runs, other seeds others', async () => {
  const run = async (seed: number) => {
    const learner = await start({ ...small, workers: 1 }, { seed });
    return { events: await train(learner), snapshot: await learner.snapshot() };
  };
  const [first, again, other] = [await run(1), await run(1), await run(2)];
  expect(again).toEqual(first);
  expect(other.snapshot.arrays['parameters']).not.toEqual(first.snapshot.arrays['parameters']);
});

test('iterations end with the updates that complete their steps, and with them all workers', async () => {
  const learner = await start({ ...small, workers: 3 });
  const events = await train(learner);
  let before = 0;
  for (const { step } of events) {
    const due = Math.min(before + 20 * 5, 800);
    expect(step).toBeGreaterThanOrEqual(due);
    // Others may be under way when the last step of an iteration is taken: a rollout of 5 steps each.
    expect(step).toBeLessThan(due + 3 * 5);
    before = step;
  }
  const parameters = async () => (await learner.snapshot()).arrays['parameters'];
  const resting = await parameters();
  await new Promise(setImmediate);
  expect(await parameters()).toEqual(resting);
});

test('workers add what they see to one statistic, by which evaluation normalizes', async () => {
  const learner = await start({ ...small, normalizeObservations: true, workers: 2, environments: 2 });
  await train(learner);
  const { arrays } = await learner.snapshot();
  const seen = arrays['observations.count']![0]!;
  // Every step, and what an episode begins with; now and then a worker writes over what another has just written.
  expect(seen).toBeLessThan(learner.step + 5);
  expect(seen).toBeGreaterThan(0.6 * learner.step);
  const observation = Float32Array.of(1, -1, 0.1, 2);
  const exported = await runModel(await policyModel(learner.agent), {
    observation: [[...observation], [1, 4]],
  });
  expect([await learner.agent.act(observation)]).toEqual([...exported.action!].map(Number));
});

test('a stopped training goes on from its parameters, statistics and step', async () => {
  const normalized = { ...small, normalizeObservations: true, normalizeRewards: true };
  const stopped = await start(normalized);
  await train(stopped, 3);
  const snapshot = decodeSnapshot(encodeSnapshot(await stopped.snapshot()));
  const resumed = await start(normalized, { snapshot });
  expect(resumed.step).toBe(stopped.step);
  expect(resumed.resumable).toBe(false);
  expect(await resumed.snapshot()).toEqual(await stopped.snapshot());
  const [event] = await train(resumed, 1);
  expect(event!.step).toBeGreaterThan(stopped.step);
});

test('a push equals an update of A2C with the same rollout', () => {
  const rows = 20;
  const config = parseConfig(a3cSchema, { hiddenSizes: [8], entropyWeight: 0.01 }, 'a3c');
  const synchronous = parseConfig(a2cSchema, { hiddenSizes: [8], entropyWeight: 0.01 }, 'a2c');
  const model = actorCritic(
    { observationSpace: box({ low: -1, high: 1, shape: [3] }), actionSpace: discrete(3) },
    config,
  );
  const random = generator(3);
  const normal = (size: number) => Float32Array.from({ length: size }, () => random.standardNormal());
  const parameters = model.layout.initialize(random);
  const squareAverage = normal(model.layout.size).map((x) => 0.01 * x * x);
  const inputs = {
    parameters,
    sums: new Float32Array(6),
    'rollout.observations': normal(rows * 3),
    'rollout.actions': Float32Array.from({ length: rows }, (_, i) => i % 3),
    'rollout.advantages': normal(rows),
    'rollout.valueTargets': normal(rows),
  };
  const expected = interpret(a2cUpdate(model, synchronous, rows), {
    ...inputs,
    'optimizer.squareAverage': squareAverage,
    learningRate: [config.learningRate],
  });
  const shared = sharedModel(model.layout.size, 3);
  shared.parameters.set(parameters);
  shared.squareAverage.set(squareAverage);
  const { gradient } = interpret(a3cGradient(model, config, rows), inputs);
  descendShared(shared, Float32Array.from(gradient!), {
    learningRate: config.learningRate,
    decay: config.rmsPropDecay,
    epsilon: config.optimizerEpsilon,
  });
  shared.parameters.forEach((value, i) => expect(value).toBeCloseTo(expected['parameters']![i]!, 6));
});

test('the deviation of a Gaussian policy is reported, and the exported policy acts as the agent does', async () => {
  const learner = await start(small, { id: 'Pendulum-v1' });
  const [event] = await train(learner, 1);
  expect(event!.metrics['train/std']).toBeCloseTo(1, 0);
  const observation = Float32Array.of(0.6, 0.8, -1);
  const { action } = await runModel(await policyModel(learner.agent), {
    observation: [[...observation], [1, 3]],
  });
  const acted = (await learner.agent.act(observation)) as Float32Array;
  expect(acted[0]).toBeCloseTo(action![0]!, 5);
});

test('bad input is refused; what goes wrong in a worker is told as what it is', async () => {
  await expect(start({ workers: 0 })).rejects.toThrow(ConfigError);
  const environment = makeVectorEnvironment('CartPole-v1', { count: 1 });
  await expect(a3c({ environment, backend: referenceBackend() })).rejects.toThrow('expected `world`');
  const broken = await start(small, { id: 'broken' });
  await expect(train(broken)).rejects.toThrow(EnvironmentError);
  const exploding = await start({ ...small, learningRate: 1e30 });
  await expect(train(exploding)).rejects.toThrow(NumericalError);
});

test('every field of the configuration says what it is', () => {
  for (const [name, field] of Object.entries(a3cSchema.shape)) {
    expect([name, field.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
  }
});
