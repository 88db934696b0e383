/** policy.onnx in plain onnxruntime-node gives the agent's actions; nothing of ours runs the model. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { generator } from '@ascent-rl/core/random';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { readModel } from '@ascent-rl/onnx';
import { policyModel, type Learner } from '@ascent-rl/training';
import { ppo } from '@ascent-rl/trust-region';

const config = { steps: 64, rolloutSteps: 16, environments: 2, batchSize: 16, epochs: 2, hiddenSizes: [16] };

/** A policy after a little training, so that biases, statistics and deviations are not what they began as. */
async function trained(id: string, normalizeObservations: boolean): Promise<Learner> {
  const environment = makeVectorEnvironment(id, { count: config.environments });
  const learner = await ppo({
    environment,
    backend: await onnxBackend(),
    config: { ...config, normalizeObservations, initialLogStandardDeviation: 1 },
    seed: 5,
  });
  for await (const { step } of learner.train()) expect(step).toBeLessThanOrEqual(64);
  return learner;
}

type Outputs = Readonly<Record<string, Float32Array>>;

/** The outputs for rows of inputs. */
async function run(
  session: InferenceSession,
  rows: number,
  inputs: Readonly<Record<string, Float32Array>>,
): Promise<Outputs> {
  const feeds = Object.entries(inputs).map(([name, data]) => [
    name,
    new Tensor('float32', data, [rows, data.length / rows]),
  ]);
  const results = await session.run(Object.fromEntries(feeds) as InferenceSession.FeedsType);
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

const sessionOf = (model: Uint8Array): Promise<InferenceSession> =>
  InferenceSession.create(model, { logSeverityLevel: 3 });

/** Observations far and wide, beyond the limits of normalization too. */
function observations(count: number, size: number): Float32Array {
  const random = generator(11);
  return Float32Array.from({ length: count * size }, () => 3 * random.standardNormal());
}

describe.each([
  ['CartPole-v1', false],
  ['CartPole-v1', true],
  ['Pendulum-v1', false],
  ['Pendulum-v1', true],
] as const)('%s, observations normalized: %s', (id, normalized) => {
  const size = id === 'CartPole-v1' ? 4 : 3;
  let learner: Learner;
  let session: InferenceSession;
  beforeAll(async () => {
    learner = await trained(id, normalized);
    session = await sessionOf(await policyModel(learner.agent, { metadata: { environment: id } }));
  });

  test('1,000 observations in batches of 1, 7 and 1,000', async () => {
    const all = observations(1000, size);
    const whole = (await run(session, 1000, { observation: all }))['action']!;
    expect(whole).toHaveLength(1000);
    for (let i = 0; i < 1000; i++) {
      const observation = all.slice(i * size, (i + 1) * size);
      const acted = await learner.agent.act(observation, { deterministic: true });
      const action = typeof acted === 'number' ? acted : (acted as Float32Array)[0]!;
      expect(Math.abs(action - whole[i]!)).toBeLessThanOrEqual(1e-5);
      const single = (await run(session, 1, { observation }))['action']!;
      expect(Math.abs(action - single[0]!)).toBeLessThanOrEqual(1e-5);
    }
    const seven = (await run(session, 7, { observation: all.slice(0, 7 * size) }))['action']!;
    seven.forEach((action, i) => expect(Math.abs(action - whole[i]!)).toBeLessThanOrEqual(1e-5));
    // Both choices are made, and not every torque is clipped: the comparison says something.
    expect(new Set(whole).size).toBeGreaterThan(1);
  });

  test('names of the generic profile, and a batch of any size', async () => {
    const described = id === 'CartPole-v1' ? ['action_logits'] : ['action_mean', 'action_log_std'];
    expect(session.inputNames).toEqual(['observation']); // noise may be left out
    expect([...session.outputNames].sort()).toEqual(['action', 'sampled_action', ...described].sort());
    expect(session.inputMetadata[0]).toMatchObject({ shape: ['batch', size] });

    const { irVersion, opsetImport, metadataProps } = readModel(await policyModel(learner.agent));
    expect(Number(irVersion)).toBe(8);
    expect(opsetImport.map(({ version }) => Number(version))).toEqual([15]);
    expect(metadataProps.map(({ key }) => key)).toEqual(['observation_space', 'action_space']);
  });

  test('without noise the sample is the most likely action; with noise it is drawn from the policy', async () => {
    const observation = observations(50, size);
    const plain = await run(session, 50, { observation });
    expect([...plain['sampled_action']!]).toEqual([...plain['action']!]);

    const noisy = await sessionOf(await policyModel(learner.agent, { requireNoise: true }));
    expect([...noisy.inputNames].sort()).toEqual(['noise', 'observation']);
    const random = generator(2);
    if (id === 'CartPole-v1') {
      const noise = Float32Array.from({ length: 100 }, () => random.random());
      const { action_logits: logits, sampled_action: sampled } = await run(noisy, 50, { observation, noise });
      // Gumbel-max: argmax of logits − log(−log u).
      const score = (i: number): number => logits![i]! - Math.log(-Math.log(noise[i]!));
      const expected = Array.from({ length: 50 }, (_, i) => Number(score(2 * i + 1) > score(2 * i)));
      expect([...sampled!]).toEqual(expected);
    } else {
      const noise = Float32Array.from({ length: 50 }, () => random.standardNormal());
      const outputs = await run(noisy, 50, { observation, noise });
      const { action_mean: mean, action_log_std: log, sampled_action: sampled } = outputs;
      sampled!.forEach((action, i) => {
        const deviation = Math.exp(log![i % log!.length]!);
        const expected = Math.min(2, Math.max(-2, mean![i]! + deviation * noise[i]!));
        expect(Math.abs(action - expected)).toBeLessThanOrEqual(1e-5);
      });
    }
  });
});
