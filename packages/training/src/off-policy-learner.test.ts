import { NumericalError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import { box, makeVectorEnvironment, vectorize } from '@ascent-rl/environments';
import { target } from '../../environments/fixtures/target.ts';
import type { Agent } from './agent.ts';
import { ornsteinUhlenbeckNoise } from './exploration-noise.ts';
import { streams } from './learner-state.ts';
import { offPolicyLearner, type OffPolicyOptions } from './off-policy-learner.ts';
import { replayBuffer } from './replay-buffer.ts';

const config = {
  steps: 100,
  discount: 0.9,
  learningStarts: 0,
  trainFrequency: 1,
  gradientSteps: 1,
  stepsPerIteration: 1,
};
const sizes = {
  capacity: 8,
  environments: 2,
  observationSize: 1,
  actionSize: 1,
  multiStep: 1,
  discount: 0.9,
};
const endless = () => target(box({ low: -1, high: 1, shape: [1] }), [[1], [-1]], true);

/** A learner that learns nothing. */
function begin(options: Partial<OffPolicyOptions>) {
  return offPolicyLearner({
    environment: vectorize(endless, 2),
    agent: {} as Agent,
    config,
    seed: 1,
    snapshot: undefined,
    places: {},
    random: streams<'exploration'>(1, ['exploration']),
    memory: replayBuffer(sizes),
    act: (_, actions) => void actions.fill(0),
    learn: () => undefined,
    report: () => Promise.resolve({}),
    dispose: () => undefined,
    ...options,
  });
}

test.each([
  ['before anything was learned, is the first bad quantity', 0, 'the policy chose [NaN, NaN] at step 0'],
  ['after something was learned, comes from its losses', 2, 'loss became NaN at step 2'],
])('a bad action %s', async (_, from, message) => {
  const learner = begin({
    config: { ...config, stepsPerIteration: 10 },
    act: (_observations, actions, step) => void actions.fill(step < from ? 0 : NaN),
    report: (step) => Promise.reject(new NumericalError(`loss became NaN at step ${step}`)),
  });
  const failure = learner.train().next();
  await expect(failure).rejects.toThrow(NumericalError);
  await expect(failure).rejects.toThrow(message);
});

test.each([
  ['new episodes with noise from 0 where environments cannot go on', () => vectorize(endless, 2), false],
  ['the same noise where they can', () => makeVectorEnvironment('Pendulum-v1', { count: 2 }), true],
])('a resumed training explores %s', async (_, open, goesOn) => {
  const noisy = () => {
    const environment = open();
    const { observationSize } = environment;
    const constants = { deviation: 1, reversion: 0.15, timeStep: 1, random: generator(1) };
    const noise = ornsteinUhlenbeckNoise({ environments: 2, actionSize: 1, ...constants });
    const memory = replayBuffer({ ...sizes, observationSize });
    const act: OffPolicyOptions['act'] = (_observations, actions) => noise.addTo(actions.fill(0));
    return { noise, options: { environment, noise, memory, act } };
  };
  const first = noisy();
  const learner = begin(first.options);
  await learner.train().next();
  const snapshot = await learner.snapshot();
  const saved = first.noise.state()['exploration.process'] as Float64Array;
  expect(saved.every((value) => value !== 0)).toBe(true);
  const second = noisy();
  begin({ ...second.options, snapshot });
  expect(second.noise.state()).toEqual({ 'exploration.process': goesOn ? saved : new Float64Array(2) });
});
