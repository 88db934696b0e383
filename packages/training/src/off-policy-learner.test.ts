import { NumericalError } from '@ascent-rl/core/errors';
import { box, vectorize } from '@ascent-rl/environments';
import { target } from '../../environments/fixtures/target.ts';
import type { Agent } from './agent.ts';
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
