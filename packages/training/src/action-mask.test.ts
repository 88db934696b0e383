/** Forbidden choices have probability 0: in what is sampled, its log-probability, the entropy, and the exported policy. */
import { gradient, trace } from '@ascent-rl/core';
import { generator } from '@ascent-rl/core/random';
import { interpret, referenceBackend } from '@ascent-rl/core/reference';
import { box, discrete, multiDiscrete, type Space } from '@ascent-rl/environments';
import { runModel } from '../../onnx/src/testing/run-model.ts';
import { actorCritic } from './actor-critic.ts';
import { actorCriticAgent } from './agent.ts';
import type { NetworkConfig } from './config.ts';
import { policyModel } from './policy-model.ts';

const network: NetworkConfig = {
  hiddenSizes: [],
  activation: 'tanh',
  sharedNetwork: false,
  imageNetwork: 'nature',
  orthogonalInitialization: true,
  initialLogStandardDeviation: 0,
};
const observationSpace = box({ low: -1, high: 1, shape: [1] });
const modelOf = (actionSpace: Space) =>
  actorCritic({ observationSpace, actionSpace, actionMasks: new Uint8Array(0) }, network);

/** Evaluates a policy whose logits are biases, for one mask. */
function look(actionSpace: Space, logits: readonly number[], mask: readonly number[], action: number[]) {
  const model = modelOf(actionSpace);
  const bias = model.layout.entries.find(({ name }) => name === 'actor.0.bias')!;
  const theta = new Float64Array(model.layout.size);
  theta.set(logits, bias.offset);
  const program = trace(
    ({ parameters, seen, chosen }) => {
      const tree = model.layout.unpack(parameters);
      const policy = model.policy(tree, seen);
      const logProbability = policy.logProbability(chosen);
      const slope = model.layout.pack(gradient(logProbability.sum(), tree));
      return {
        logProbability,
        entropy: policy.entropy(),
        mode: policy.mode(),
        slope: slope.slice(0, bias.offset, bias.offset + logits.length),
      };
    },
    { parameters: [theta.length], seen: [1, 1 + mask.length], chosen: [1, action.length] },
  );
  return interpret(program, { parameters: theta, seen: [0.5, ...mask], chosen: action });
}

test('log-probability, entropy, mode and gradient of a choice of three, one of them forbidden', () => {
  // softmax over ln 1 and ln 3: ¼ and ¾; the largest logit is the forbidden one.
  const { logProbability, entropy, mode, slope } = look(
    discrete(3),
    [0, Math.log(9), Math.log(3)],
    [1, 0, 1],
    [2],
  );
  expect(logProbability![0]).toBeCloseTo(Math.log(0.75), 12);
  expect(entropy![0]).toBeCloseTo(-0.25 * Math.log(0.25) - 0.75 * Math.log(0.75), 12);
  expect(mode![0]).toBe(2);
  [-0.25, 0, 0.25].forEach((expected, i) => expect(slope![i]).toBeCloseTo(expected, 12));
});

test('each part of several choices has flags of its own', () => {
  const { logProbability, entropy } = look(multiDiscrete([2, 3]), [0, 5, 0, 0, 7], [1, 0, 1, 1, 0], [0, 1]);
  expect(logProbability![0]).toBeCloseTo(Math.log(0.5), 12);
  expect(entropy![0]).toBeCloseTo(Math.LN2, 12);
});

test('a forbidden choice is never sampled, and an exported policy takes the mask as an input', async () => {
  const model = modelOf(discrete(3));
  const backend = referenceBackend();
  const parameters = backend.allocate([model.layout.size]);
  parameters.write(model.layout.initialize(generator(1)));
  const agent = actorCriticAgent({ model, backend, parameters, normalizer: undefined });
  const rows = 300;
  const actor = await agent.batch(rows);
  const actionMasks = Float32Array.from({ length: 3 * rows }, (_, i) =>
    i % 3 === Math.floor(i / 3) % 3 ? 0 : 1,
  );
  const actions = new Float32Array(rows);
  const observations = new Float32Array(rows).fill(0.5);
  for (let seed = 0; seed < 5; seed++) {
    await actor.act(observations, actions, { deterministic: false, random: generator(seed), actionMasks });
    actions.forEach((action, i) => expect(action).not.toBe(i % 3));
  }
  await actor.act(observations, actions, { actionMasks });
  const { action } = await runModel(await policyModel(agent), {
    observation: [[...observations], [rows, 1]],
    action_mask: [[...actionMasks], [rows, 3]],
  });
  expect(action).toEqual([...actions]);
  expect(await agent.act([0.5], { actionMasks: [0, 1, 0] })).toBe(1);
});
