/** What a learner can be restored from. */
import { CheckpointError } from '@ascent-rl/core/errors';
import { restoreLearner, snapshotLearner, streams } from './learner-state.ts';

const collector = { state: () => ({}), restore: () => undefined };

test('a snapshot of an algorithm with fewer random streams is refused', async () => {
  const smaller = { places: {}, random: streams(1, ['actions']), collector };
  const snapshot = await snapshotLearner({ step: 0, iteration: 0, ...smaller });
  const larger = { ...smaller, random: streams(1, ['actions', 'minibatches']) };
  expect(() => restoreLearner(snapshot, larger)).toThrow(CheckpointError);
  expect(() => restoreLearner(snapshot, larger)).toThrow('"minibatches", got those of actions');
  expect(restoreLearner(snapshot, smaller)).toEqual({ step: 0, iteration: 0 });
});
