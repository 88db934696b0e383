/** The online actor-critic: its five steps by hand, and as a whole. */
import { ConfigError } from '@ascent-rl/core/errors';
import { interpret, referenceBackend } from '@ascent-rl/core/reference';
import { box, discrete, makeVectorEnvironment, vectorize, type Environment } from '@ascent-rl/environments';
import { actorCritic, parseConfig, type IterationEvent } from '@ascent-rl/training';
import {
  describeLearner,
  describeLearning,
  testActionMasks,
  testDictObservations,
  testMemory,
  train,
} from '../../training/fixtures/learner-suite.ts';
import {
  onlineActorCritic,
  onlineActorCriticSchema,
  onlineActorCriticUpdate,
  type OnlineActorCriticOptions,
} from './index.ts';

const small: OnlineActorCriticOptions = {
  hiddenSizes: [8],
  updatesPerIteration: 20,
  learningRate: 1e-2,
  steps: 800,
};
const everything: OnlineActorCriticOptions = {
  entropyWeight: 0.01,
  criticLearningRate: 1e-2,
  maxGradientNorm: 0.01,
  normalizeObservations: true,
  normalizeRewards: true,
  learningRateSchedule: 'linear',
  optimizer: 'sgd',
};
const learning = { hiddenSizes: [8], initialLogStandardDeviation: -1, criticLearningRate: 1e-2 };

describeLearner({ start: onlineActorCritic, small, everything, environments: 2 });
testDictObservations(
  { start: onlineActorCritic, environments: 1 },
  { hiddenSizes: [8], learningRate: 1e-2, steps: 3000 },
);
testActionMasks(
  { start: onlineActorCritic, environments: 1 },
  { hiddenSizes: [8], learningRate: 1e-2, steps: 3000 },
);
testMemory({ start: onlineActorCritic, environments: 1 }, { steps: 2500, updatesPerIteration: 10 });
describe('one transition an update', () => {
  describeLearning(
    { start: onlineActorCritic, environments: 1 },
    { ...learning, learningRate: 5e-3, steps: 3000 },
  );
});
describe('episodes that never end', () => {
  describeLearning(
    { start: onlineActorCritic, environments: 4 },
    { ...learning, learningRate: 1e-2, steps: 6000, discount: 0.5 },
    { endless: true },
  );
});

describe('the five steps, by hand', () => {
  // Two states as one-hot observations, no hidden layer: logits and values are rows of the weights plus the biases.
  const discount = 0.9;
  const [actorRate, criticRate] = [0.1, 0.2];
  const options = { optimizer: 'sgd', discount, hiddenSizes: [], maxGradientNorm: 1e6 } as const;
  const config = parseConfig(onlineActorCriticSchema, options, 'test');
  const model = actorCritic(
    { observationSpace: discrete(2), actionSpace: discrete(2) },
    { ...config, sharedNetwork: false },
  );
  const [logits, values] = [[[0.3, -0.2], [0, 0]], [0.5, -1]]; // prettier-ignore
  const parameters = [...logits.flat(), 0, 0, ...values, 0];
  const program = onlineActorCriticUpdate(model, config, 1);
  const reward = 2;

  test.each([
    ['goes on', 0],
    ['ends', 1],
  ])('from state 0 by action 1 to state 1, where it %s', (_, terminated) => {
    expect(model.layout.entries.map(({ name }) => name)).toEqual([
      'actor.0.weight',
      'actor.0.bias',
      'critic.0.weight',
      'critic.0.bias',
    ]);
    const { parameters: after } = interpret(program, {
      parameters,
      sums: new Float32Array(5),
      'transition.observations': [1, 0],
      'transition.actions': [1],
      'transition.rewards': [reward],
      'transition.nextObservations': [0, 1],
      'transition.terminated': [terminated],
      'learningRate.actor': [actorRate],
      'learningRate.critic': [criticRate],
    });
    const future = terminated ? 0 : discount;
    const y = reward + future * values[1]!;
    const error = y - values[0]!;
    // ∂V(s)/∂w is 1 for the weight of state 0 and for the bias, which state 1 shares.
    const weight = values[0]! + criticRate * error;
    const bias = criticRate * error;
    const advantage = reward + future * (values[1]! + bias) - (weight + bias);
    // ∂ log π(1|s)/∂z = (0, 1) − π, for the logits z of state 0 and for the biases.
    const chosen = 1 / (1 + Math.exp(0.3 + 0.2));
    const move = actorRate * advantage * (1 - chosen);
    const expected = [0.3 - move, -0.2 + move, 0, 0, -move, move, weight, values[1]!, bias];
    expected.forEach((value, i) => expect(after![i]).toBeCloseTo(value, 12));
  });
});

test('a truncated episode goes on from its final observation, a terminated one does not go on', async () => {
  // The only state is worth r / (1 − γ) = 2 when it is cut off and 1 when it ends. Between two episodes another
  // observation is shown, which must not be mistaken for what the step led to.
  const worth = async (terminated: boolean) => {
    let steps = 0;
    const here = Float32Array.of(1, 0);
    const environment: Environment = {
      observationSpace: box({ low: 0, high: 1, shape: [2] }),
      actionSpace: discrete(2),
      reset: () => ({ observation: steps++ === 0 ? Float32Array.of(0, 1) : here, info: {} }),
      step: () => ({ observation: here, reward: 1, terminated, truncated: !terminated, info: {} }),
    };
    const config = {
      hiddenSizes: [],
      optimizer: 'sgd' as const,
      discount: 0.5,
      criticLearningRate: 0.1,
      maxGradientNorm: 1e6,
      steps: 400,
    };
    const vector = vectorize(() => environment, 1);
    const learner = await onlineActorCritic({ environment: vector, backend: referenceBackend(), config });
    await train(learner);
    const { parameters } = (await learner.snapshot()).arrays;
    const [weight, , bias] = (parameters as Float32Array).slice(-3);
    return weight! + bias!;
  };
  expect(await worth(false)).toBeCloseTo(2, 3);
  expect(await worth(true)).toBeCloseTo(1, 3);
});

test('the deviation of a Gaussian policy is reported', async () => {
  const environment = makeVectorEnvironment('Pendulum-v1', { count: 1 });
  const learner = await onlineActorCritic({ environment, backend: referenceBackend(), config: small });
  const [{ metrics }] = (await train(learner, 1)) as [IterationEvent];
  expect(metrics['train/std']).toBeCloseTo(1, 0);
});

test('bad input is refused before any training', async () => {
  const environment = makeVectorEnvironment('CartPole-v1', { count: 1 });
  const start = (config: object) => onlineActorCritic({ environment, backend: referenceBackend(), config });
  await expect(start({ criticLearningRate: 0 })).rejects.toThrow(ConfigError);
  await expect(start({ sharedNetwork: true })).rejects.toThrow('unknown sharedNetwork');
});

test('every field of the configuration says what it is', () => {
  for (const [name, field] of Object.entries(onlineActorCriticSchema.shape)) {
    expect([name, field.description]).toEqual([name, expect.stringMatching(/\w{3}/)]);
  }
});
