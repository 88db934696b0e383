/** Who waits for whom, as far as it can be told without threads. */
import { withoutImplied } from './dependencies.ts';

test('of a diamond and a loner, each waits only for what is next to it', () => {
  //   0 → 1 → 3,  0 → 2 → 3,  4
  const edges = ['0>1', '0>2', '0>3', '1>3', '2>3'];
  const before = withoutImplied(5, (earlier, later) => edges.includes(`${earlier}>${later}`));
  expect(before).toEqual([[], [0], [0], [2, 1], []]);
});

test('in a long row each waits for the one before it alone', () => {
  const before = withoutImplied(100, () => true);
  expect(before).toEqual([[], ...Array.from({ length: 99 }, (_, i) => [i])]);
});
