/** Agents act within their spaces, normalize what they see, and leave as programs that act the same. */
import { ShapeError } from '@ascent-rl/core/errors';
import { interpret, referenceBackend } from '@ascent-rl/core/reference';
import { generator } from '@ascent-rl/core/random';
import {
  box,
  contains,
  dict,
  discrete,
  multiBinary,
  multiDiscrete,
  sample,
  type Space,
} from '@ascent-rl/environments';
import { actorCritic } from './actor-critic.ts';
import { actorCriticAgent } from './agent.ts';
import type { NetworkConfig } from './config.ts';
import { observationNormalizer } from './normalization.ts';

const network: NetworkConfig = {
  hiddenSizes: [8],
  activation: 'tanh',
  sharedNetwork: false,
  imageNetwork: 'nature',
  orthogonalInitialization: true,
  initialLogStandardDeviation: 0,
};
const observationSpace = box({ low: -10, high: 10, shape: [3] });

function agentFor(actionSpace: Space, options: { normalize?: boolean; observations?: Space } = {}) {
  const model = actorCritic(
    { observationSpace: options.observations ?? observationSpace, actionSpace },
    network,
  );
  const backend = referenceBackend({ precision: 'float64' });
  const parameters = backend.allocate([model.layout.size]);
  const random = generator(1);
  parameters.write(Float64Array.from({ length: parameters.size }, () => random.standardNormal()));
  const normalizer = options.normalize ? observationNormalizer(model.observationSize) : undefined;
  normalizer?.update([1, 2, 3, 4, 5, 600]);
  return { agent: actorCriticAgent({ model, backend, parameters, normalizer }), model };
}

const spaces: [string, Space][] = [
  ['Discrete', discrete(3)],
  ['Discrete counted from 5', discrete(3, 5)],
  ['MultiDiscrete', multiDiscrete([2, 4])],
  ['MultiBinary', multiBinary(3)],
  ['Box', box({ low: -0.1, high: 0.2, shape: [2] })],
];

test.each(spaces)(
  '%s: modes and samples lie in the space, and the mode is always the same',
  async (_, space) => {
    const { agent } = agentFor(space);
    const random = generator(2);
    for (let i = 0; i < 20; i++) {
      const observation = sample(observationSpace, random);
      const mode = await agent.act(observation);
      expect(contains(space, mode)).toBe(true);
      expect(await agent.act(observation, { deterministic: true })).toEqual(mode);
      expect(contains(space, await agent.act(observation, { deterministic: false, random }))).toBe(true);
    }
  },
);

test('samples need a generator, and equal generators give equal samples', async () => {
  const { agent } = agentFor(discrete(3));
  await expect(agent.act([0, 0, 0], { deterministic: false })).rejects.toThrow('`random`');
  const draw = (seed: number) => agent.act([1, 2, 3], { deterministic: false, random: generator(seed) });
  for (let seed = 0; seed < 5; seed++) expect(await draw(seed)).toEqual(await draw(seed));
});

test.each([false, true])('a batch acts as one by one does, normalizing: %s', async (normalize) => {
  const { agent } = agentFor(box({ low: -1, high: 1, shape: [2] }), { normalize });
  const rows = [
    [1, 2, 3],
    [-4, 5, 300],
  ];
  const actor = await agent.batch(2);
  const actions = new Float32Array(4);
  await actor.act(Float32Array.from(rows.flat()), actions);
  const single = await Promise.all(rows.map((row) => agent.act(row)));
  expect([...actions]).toEqual(single.flatMap((action) => [...(action as Float32Array)]));
});

test('the exported program normalizes by itself and gives the same actions', async () => {
  const { agent } = agentFor(box({ low: -1, high: 1, shape: [2] }), { normalize: true });
  const program = (await agent.policyProgram())(1);
  expect(program.inputs.map(({ name }) => name)).toEqual(['observation', 'noise']);
  expect(program.outputs.map(({ name }) => name)).toEqual([
    'action',
    'sampled_action',
    'action_mean',
    'action_log_std',
  ]);
  const observation = [7, -3, 250];
  const { action } = interpret(program, { observation, noise: [0, 0] });
  const expected = (await agent.act(observation)) as Float32Array;
  action!.forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 6));
});

test('observations of several parts are flattened, choices as one-hot vectors', async () => {
  const observations = dict({ card: discrete(4), speed: box({ low: -1, high: 1, shape: [2] }) });
  const { agent, model } = agentFor(discrete(2), { observations });
  expect(model.observationSize).toBe(6);
  expect([0, 1]).toContain(await agent.act({ card: 2, speed: [0.5, -0.5] }));
});

test.each([[[0, 0]], [[0, 0, 0, 0]], [[NaN, 0, 0]], [undefined]])(
  'an observation of %j is refused',
  async (wrong) => {
    const { agent } = agentFor(discrete(2));
    await expect(agent.act(wrong as never)).rejects.toThrow(ShapeError);
    await expect(agent.act(wrong as never)).rejects.toThrow(
      'act: expected an observation of Box(-10.0, 10.0, (3,)',
    );
  },
);

test('an action space of parts is refused with the spaces that are not', () => {
  expect(() => agentFor(dict({ a: discrete(2) }))).toThrow('Box, Discrete, MultiDiscrete or MultiBinary');
});

test('the parameters have names, actor and critic apart or over a common trunk', () => {
  const names = (sharedNetwork: boolean) =>
    actorCritic(
      { observationSpace, actionSpace: box({ low: 0, high: 1, shape: [1] }) },
      { ...network, sharedNetwork },
    ).layout.entries.map(({ name, shape }) => `${name} [${shape.join()}]`);
  expect(names(false)).toEqual([
    'actor.0.weight [3,8]',
    'actor.0.bias [8]',
    'actor.1.weight [8,1]',
    'actor.1.bias [1]',
    'critic.0.weight [3,8]',
    'critic.0.bias [8]',
    'critic.1.weight [8,1]',
    'critic.1.bias [1]',
    'policy.logStandardDeviation [1]',
  ]);
  expect(names(true).filter((name) => name.startsWith('trunk'))).toEqual([
    'trunk.0.weight [3,8]',
    'trunk.0.bias [8]',
  ]);
});
