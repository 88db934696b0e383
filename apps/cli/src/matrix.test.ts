/**
 * Every algorithm on every backend: from one seed, the same training up to rounding. Algorithms and backends take part by
 * being in the registry; an algorithm is left out of an environment only where it refuses its actions.
 */
import { AscentError } from '@ascent-rl/core/errors';
import { makeVectorEnvironment, type VectorEnvironment } from '@ascent-rl/environments';
import { evaluate, policyModel, type Learner, type Snapshot } from '@ascent-rl/training';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { algorithms, backends, findAlgorithm, loadBackend } from './registry.ts';
import { worldReference } from './world.ts';

/** One with choices, one with continuous actions. */
const environments = ['CartPole-v1', 'Pendulum-v1'];

/** Small sizes for whatever of these an algorithm has. */
const sizes: Readonly<Record<string, unknown>> = {
  steps: 512,
  environments: 4,
  episodesPerUpdate: 4,
  rolloutSteps: 16,
  learningStarts: 64,
  workers: 1,
  updatesPerIteration: 16,
  batchSize: 32,
  epochs: 2,
  hiddenSizes: [16, 16],
};
const seed = 3;

/** Milliseconds; a safety net only, as plain JavaScript engines take long on a busy machine. */
const patience = 600_000;

/** What is compared with: core's interpreter, the meaning of programs. */
const yardstick = 'reference';

const names = Object.entries(backends).flatMap(([name, { engines }]) =>
  engines ? Object.keys(engines).map((engine) => `${name}:${engine}`) : [name],
);
const missing: string[] = [];
for (const name of names) {
  if (await isRefused(async () => (await loadBackend(name)).close())) missing.push(name);
}
const installed = names.filter((name) => !missing.includes(name) && name !== yardstick);

const trainings: (readonly [algorithm: string, environment: string])[] = [];
for (const algorithm of Object.keys(algorithms)) {
  for (const id of environments) {
    const start = { backend: yardstick, algorithm, id };
    if (!(await isRefused(() => learning(start, async () => undefined)))) trainings.push([algorithm, id]);
  }
}

async function isRefused(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof AscentError) return true;
    throw error;
  }
}

/** A training as far as its numbers go. */
interface Course {
  /** The first 200 actions; none of an algorithm whose threads have environments of their own. */
  readonly actions: readonly number[];
  /** Every metric of every iteration, by name. */
  readonly curves: Readonly<Record<string, readonly number[]>>;
}

interface Start {
  readonly backend: string;
  readonly algorithm: string;
  readonly id: string;
  readonly snapshot?: Snapshot;
}

/** Does some work with a learner, and closes everything. */
async function learning<T>(
  { backend: name, algorithm, id, snapshot }: Start,
  work: (learner: Learner, environment: VectorEnvironment) => Promise<T>,
): Promise<T> {
  const { schema, learner: start } = findAlgorithm(algorithm);
  const config = Object.fromEntries(Object.entries(sizes).filter(([field]) => field in schema.shape));
  const backend = await loadBackend(name);
  const environment = makeVectorEnvironment(id, { count: 'environments' in schema.shape ? 4 : 1 });
  const world = worldReference({ environment: id, backend: name });
  const learner = await start({ environment, backend, config, seed, world, ...(snapshot && { snapshot }) });
  try {
    return await work(learner, environment);
  } finally {
    learner.dispose();
    environment.close();
    await backend.close();
  }
}

const course = (start: Start): Promise<Course> =>
  learning(start, async (learner, environment) => {
    const actions: number[] = [];
    const step = environment.step.bind(environment);
    environment.step = (given) => {
      if (actions.length < 200) actions.push(...given);
      step(given);
    };
    const curves: Record<string, number[]> = {};
    for await (const { metrics } of learner.train()) {
      for (const [name, value] of Object.entries(metrics)) (curves[name] ??= []).push(value);
    }
    return { actions, curves };
  });

/** Differences grow from update to update, with the policy as with the environment. */
const tolerance = 2e-3;

function expectClose(got: readonly number[], wanted: readonly number[]): void {
  expect(got).toHaveLength(wanted.length);
  const scale = 1 + Math.max(...wanted.map(Math.abs).filter(Number.isFinite));
  const far = got.findIndex(
    (x, i) => !(Object.is(x, wanted[i]) || Math.abs(x - wanted[i]!) <= tolerance * scale),
  );
  expect(far === -1 ? 'close' : `at ${far}: ${got[far]} instead of ${wanted[far]}`).toBe('close');
}

test('every algorithm takes part', () => {
  expect(new Set(trainings.map(([algorithm]) => algorithm))).toEqual(new Set(Object.keys(algorithms)));
});

describe.each(trainings)('%s on %s', (algorithm, id) => {
  let wanted: Course;
  beforeAll(async () => {
    wanted = await course({ backend: yardstick, algorithm, id });
  }, patience);

  test.each(installed)(
    '%s acts and learns as the interpreter does',
    async (backend) => {
      const { actions, curves } = await course({ backend, algorithm, id });
      if (algorithm !== 'a3c') expect(actions).toHaveLength(200);
      expectClose(actions, wanted.actions);
      expect(Object.keys(curves)).toEqual(Object.keys(wanted.curves));
      for (const [name, values] of Object.entries(curves)) expectClose(values, wanted.curves[name]!);
    },
    patience,
  );

  if (missing.length > 0) test.skip.each(missing)('%s is not installed', () => undefined);

  test(
    'trained on one, continued on another, exported from a third: the same policy',
    async () => {
      const [first, second, third] = [installed[0]!, installed[1]!, installed.at(-1)!];
      const half = await learning({ backend: first, algorithm, id }, async (learner) => {
        for await (const { step } of learner.train()) if (step >= 256) break;
        return learner.snapshot();
      });
      const evaluation = (learner: Learner) =>
        evaluate(learner.agent, makeVectorEnvironment(id, { count: 4 }), { episodes: 8, seed });
      const [snapshot, onSecond] = await learning(
        { backend: second, algorithm, id, snapshot: half },
        async (learner) => {
          for await (const { step } of learner.train()) expect(step).toBeGreaterThan(256);
          return [await learner.snapshot(), await evaluation(learner)] as const;
        },
      );
      const start = { backend: third, algorithm, id, snapshot };
      const [model, onThird, decisions] = await learning(start, async (learner, environment) => {
        environment.reset(seed);
        const actor = await learner.agent.batch(environment.count);
        const actions = new Float32Array(environment.count * environment.actionSize);
        await actor.act(environment.observations, actions);
        actor.dispose();
        const made = { observations: environment.observations.slice(), actions, rows: environment.count };
        return [await policyModel(learner.agent), await evaluation(learner), made] as const;
      });
      expectClose(onThird.returns, onSecond.returns);
      const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
      const { observations, rows } = decisions;
      const tensor = (data: Float32Array) => new Tensor('float32', data, [rows, data.length / rows]);
      const observation = tensor(observations);
      const noise = tensor(new Float32Array(rows * noiseSize(session)));
      const feeds = session.inputNames.includes('noise') ? { observation, noise } : { observation };
      const { action } = await session.run(feeds);
      expectClose([...(action!.data as Float32Array)], [...decisions.actions]);
    },
    patience,
  );
});

function noiseSize(session: InferenceSession): number {
  const noise = session.inputMetadata.find(({ name }) => name === 'noise');
  return noise?.isTensor ? Number(noise.shape.at(-1)) : 1;
}
