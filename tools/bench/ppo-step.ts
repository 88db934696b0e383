/**
 * `npm run bench:ppo-step`: one PPO training step on the ONNX backend against a hand-made ONNX graph of the same step,
 * measured in turn in one process. Both start from the same numbers, and their results are compared first.
 *
 * Prints medians in µs and their ratio for batches 64, 256 and 1024; `--out file.json` writes them with the machine.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { generator } from '@ascent-rl/core/random';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { actorCritic, compileProgram, parseConfig } from '@ascent-rl/training';
import { ppoSchema, ppoUpdate } from '@ascent-rl/trust-region';
import * as ort from 'onnxruntime-node';
import { handMadePpo } from './hand-made-ppo.ts';

const { values } = parseArgs({
  options: { out: { type: 'string' }, rounds: { type: 'string', default: '200' } },
});
const rounds = Number(values.rounds);
const learningRate = 3e-4;
const epsilon = 1e-5;

async function measure(batch: number) {
  const random = generator(1);
  const normal = (size: number, scale = 1) =>
    Float32Array.from({ length: size }, () => scale * random.standardNormal());
  const data = {
    observation: normal(batch * 4),
    action: Float32Array.from({ length: batch }, () => random.integers(0, 2)),
    oldLogProbability: normal(batch, 0.1).map((x) => x - 0.7),
    advantage: normal(batch),
    valueTarget: normal(batch),
  };

  const config = parseConfig(ppoSchema, { batchSize: batch, learningRate, adamEpsilon: epsilon }, 'bench');
  const backend = await onnxBackend();
  const model = actorCritic(makeVectorEnvironment('CartPole-v1', { count: 1 }), config);
  const theta = model.layout.initialize(random);
  const ours = await compileProgram(backend, ppoUpdate(model, config, batch));
  const place = (name: string, numbers: ArrayLike<number>) => ours.places[name]!.write(numbers);
  place('parameters', theta);
  place('rollout.observations', data.observation);
  place('rollout.actions', data.action);
  place('rollout.logProbabilities', data.oldLogProbability);
  place('rollout.advantages', data.advantage);
  place('rollout.valueTargets', data.valueTarget);
  place(
    'index',
    Float32Array.from({ length: batch }, (_, i) => i),
  );
  place('learningRate', [learningRate]);
  place('clipRange', [config.clipRange]);
  place('active', [1]);

  const { model: bytes, size } = handMadePpo({ batch, actions: 2, ...config });
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const tensor = (numbers: Float32Array, dims: number[]) => new ort.Tensor('float32', numbers, dims);
  const column = [batch, 1];
  const feeds: Record<string, ort.Tensor> = {
    theta: tensor(theta.slice(), [size]),
    firstMoment: tensor(new Float32Array(size), [size]),
    secondMoment: tensor(new Float32Array(size), [size]),
    observation: tensor(data.observation, [batch, 4]),
    action: tensor(data.action, column),
    oldLogProbability: tensor(data.oldLogProbability, column),
    advantage: tensor(data.advantage, column),
    valueTarget: tensor(data.valueTarget, column),
  };
  let steps = 0;
  const byHand = async () => {
    steps += 1;
    const root = Math.sqrt(1 - 0.999 ** steps);
    feeds['stepSize'] = tensor(Float32Array.of((learningRate * root) / (1 - 0.9 ** steps)), []);
    feeds['rootEpsilon'] = tensor(Float32Array.of(epsilon * root), []);
    const results = await session.run(feeds);
    feeds['theta'] = results['theta_next']!;
    feeds['firstMoment'] = results['first_next']!;
    feeds['secondMoment'] = results['second_next']!;
  };

  await byHand();
  await ours.run();
  const expected = feeds['theta']!.data as Float32Array;
  const difference = (await ours.places['parameters']!.read()).reduce(
    (largest, x, i) => Math.max(largest, Math.abs(x - expected[i]!)),
    0,
  );
  if (!(difference < 1e-6)) throw new Error(`the two steps differ by ${difference}`);

  const times = { ours: [] as number[], byHand: [] as number[] };
  const timed = async (run: () => Promise<void> | void) => {
    const start = performance.now();
    for (let i = 0; i < 10; i++) await run();
    return (performance.now() - start) * 100;
  };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await timed(() => ours.run()));
    times.byHand.push(await timed(byHand));
  }
  await backend.close();
  const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;
  const [our, hand] = [median(times.ours), median(times.byHand)];
  return { batch, ours: Math.round(our), byHand: Math.round(hand), ratio: Number((our / hand).toFixed(3)) };
}

const results = [];
for (const batch of [64, 256, 1024]) results.push(await measure(batch));
console.table(results);
if (values.out !== undefined) {
  const record = {
    command: 'npm run bench:ppo-step',
    what: 'median µs of one PPO step, two 4-64-64 networks, one thread',
    date: new Date().toISOString().slice(0, 10),
    machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
    results,
  };
  writeFileSync(values.out, `${JSON.stringify(record, null, 2)}\n`);
}
