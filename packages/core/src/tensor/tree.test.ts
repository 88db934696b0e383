import { isShape } from './program.ts';
import type { Shape } from './shape.ts';
import { leaves, mapTree, type Tree } from './tree.ts';

const tree: Tree<Shape> = { actor: { w: [4, 2], b: [2] }, scale: [] };

test('leaves come in key order, named by their paths', () => {
  expect(leaves(tree, isShape)).toEqual([
    ['actor.w', [4, 2]],
    ['actor.b', [2]],
    ['scale', []],
  ]);
});

test('mapping keeps the structure', () => {
  expect(mapTree(tree, isShape, (shape, name) => `${name}/${shape.length}`)).toEqual({
    actor: { w: 'actor.w/2', b: 'actor.b/1' },
    scale: 'scale/0',
  });
});

test('an empty tree has no leaves', () => {
  expect(leaves({}, isShape)).toEqual([]);
  expect(mapTree({}, isShape, () => 0)).toEqual({});
});
