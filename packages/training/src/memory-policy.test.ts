/** Policies with a memory: acting step by step, starting anew, and leaving as a file that carries its state. */
import { generator } from '@ascent-rl/core/random';
import { referenceBackend } from '@ascent-rl/core/reference';
import { box, type Environment, vectorize } from '@ascent-rl/environments';
import { runModel } from '../../onnx/src/testing/run-model.ts';
import { actorCritic } from './actor-critic.ts';
import { actorCriticAgent } from './agent.ts';
import type { NetworkConfig } from './config.ts';
import { evaluate } from './evaluation.ts';
import { policyModel } from './policy-model.ts';

const network: NetworkConfig = {
  hiddenSizes: [4],
  activation: 'tanh',
  sharedNetwork: false,
  imageNetwork: 'nature',
  orthogonalInitialization: true,
  initialLogStandardDeviation: 0,
  memory: 'lstm',
  memorySize: 5,
};
const spaces = {
  observationSpace: box({ low: -1, high: 1, shape: [2] }),
  actionSpace: box({ low: -10, high: 10, shape: [1] }),
};

function agentWith(memory: 'lstm' | 'gru') {
  const model = actorCritic(spaces, { ...network, memory });
  const backend = referenceBackend();
  const parameters = backend.allocate([model.layout.size]);
  const random = generator(1);
  parameters.write(Float64Array.from({ length: parameters.size }, () => random.standardNormal()));
  return { agent: actorCriticAgent({ model, backend, parameters, normalizer: undefined }), model };
}
type Agent = ReturnType<typeof agentWith>['agent'];

const observations = [
  [0.1, 0.2],
  [0.5, -0.3],
  [-0.4, 0.9],
];

/** Actions at the observations, one after the other. */
async function follow(agent: Agent, starts: readonly number[]): Promise<number[]> {
  const actions: number[] = [];
  for (const [i, observation] of observations.entries()) {
    const action = await agent.act(observation, { starts: [starts[i]!] });
    actions.push((action as Float32Array)[0]!);
  }
  return actions;
}

describe.each(['lstm', 'gru'] as const)('%s', (memory) => {
  test('an action depends on what was seen before, in this episode only', async () => {
    const { agent } = agentWith(memory);
    const first = await follow(agent, [1, 0, 0]);
    expect(await follow(agent, [1, 0, 0])).toEqual(first);
    const cut = await follow(agent, [1, 0, 1]);
    expect(cut.slice(0, 2)).toEqual(first.slice(0, 2));
    expect(cut[2]).not.toBe(first[2]);
    expect((await agent.act(observations[2]!, { starts: [1] })) as Float32Array).toEqual(
      Float32Array.of(cut[2]!),
    );
  });

  test('the exported policy takes and gives the state, and acts as the agent does', async () => {
    const { agent, model } = agentWith(memory);
    const file = await policyModel(agent);
    const expected = await follow(agent, [1, 0, 1]);
    let state = new Array<number>(model.memory!.size).fill(0);
    for (const [i, observation] of observations.entries()) {
      const result = await runModel(file, {
        observation: [observation, [1, 2]],
        episode_start: [[i === 2 ? 1 : 0], [1, 1]],
        state: [state, [1, state.length]],
      });
      expect(result['action']![0]).toBeCloseTo(expected[i]!, 4);
      state = result['next_state']!;
    }
  });
});

test('evaluation starts every episode without memories', async () => {
  const { agent } = agentWith('lstm');
  const actions: number[] = [];
  const threeSteps = (): Environment => {
    let step = 0;
    return {
      ...spaces,
      reset: () => ({ observation: Float32Array.from(observations[(step = 0)]!), info: {} }),
      step(action) {
        actions.push((action as Float32Array)[0]!);
        step += 1;
        const observation = Float32Array.from(observations[step % 3]!);
        return { observation, reward: 1, terminated: step === 3, truncated: false, info: {} };
      },
    };
  };
  await evaluate(agent, vectorize(threeSteps, 1), { episodes: 2, seed: 1 });
  expect(actions.slice(3)).toEqual(actions.slice(0, 3));
  expect(actions.slice(0, 3)).toEqual(await follow(agent, [1, 0, 0]));
});
