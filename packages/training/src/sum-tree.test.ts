import { generator } from '@ascent-rl/core/random';
import { findLeaf, setWeight, sumTree } from './sum-tree.ts';

test('a mass finds the leaf whose share of the sum it falls into', () => {
  const tree = sumTree(5);
  [2, 0, 1, 4, 3].forEach((weight, leaf) => setWeight(tree, leaf, weight));
  expect(tree.nodes[1]).toBe(10);
  const found = [0, 1.9, 2, 2.9, 3, 6.9, 7, 9.9].map((mass) => findLeaf(tree, mass));
  expect(found).toEqual([0, 0, 2, 2, 3, 3, 4, 4]);
});

test('no mass, not even the whole sum, leads to a leaf without weight', () => {
  const tree = sumTree(8);
  setWeight(tree, 3, 0.1);
  setWeight(tree, 4, 0.2);
  expect([0, 0.15, tree.nodes[1]!, 1].map((mass) => findLeaf(tree, mass))).toEqual([3, 4, 4, 4]);
});

test('sums stay exact after many changes', () => {
  const random = generator(1);
  const tree = sumTree(100);
  for (let i = 0; i < 10_000; i++) setWeight(tree, random.integers(0, 100), random.random());
  const leaves = tree.nodes.subarray(tree.leaves);
  const sum = leaves.reduce((total, weight) => total + weight, 0);
  expect(tree.nodes[1]).toBeCloseTo(sum, 12);
});
