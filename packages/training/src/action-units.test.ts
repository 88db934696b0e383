import { UnsupportedError } from '@ascent-rl/core/errors';
import { box } from '@ascent-rl/environments';
import { actionHead } from './action-head.ts';
import { boundedBox } from './action-units.ts';

test('actions that are whole numbers within limits are refused, by whatever learns', () => {
  const space = box({ low: -1, high: 1, dtype: 'int32' });
  const heads = [
    () => boundedBox(space, 'sac'),
    () => actionHead(space, { initialLogStandardDeviation: 0 }, {}),
  ];
  for (const head of heads) {
    expect(head).toThrow(UnsupportedError);
    expect(head).toThrow(
      'expected actions of real numbers, got Box(-1, 1, (1,), int32); use Discrete or MultiDiscrete',
    );
  }
});
