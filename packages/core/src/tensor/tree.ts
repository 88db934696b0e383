/**
 * Trees: nested records with one kind of leaf. Parameters, optimiser states and a program's inputs and outputs
 * are trees of tensors inside a trace and of shapes outside; a leaf's name is its path joined by dots.
 */

/** A nested record whose leaves are of type T. */
export interface Tree<T> {
  readonly [name: string]: T | Tree<T>;
}

/** The same nested record with leaves of another type. */
export type MapTree<S, From, To> = { readonly [K in keyof S]: MapNode<S[K], From, To> };
/** A node of {@link MapTree}: a leaf or a record. */
export type MapNode<N, From, To> = N extends From ? To : MapTree<N, From, To>;

type IsLeaf<T> = (value: T | Tree<T>) => value is T;

/** Leaves with their dotted names, in key order. */
export function leaves<T>(tree: Tree<T>, isLeaf: IsLeaf<T>, prefix = ''): [name: string, leaf: T][] {
  return Object.entries(tree).flatMap(([key, value]): [string, T][] =>
    isLeaf(value) ? [[prefix + key, value]] : leaves(value, isLeaf, `${prefix}${key}.`),
  );
}

/** The tree with each leaf replaced. */
export function mapTree<T, U>(
  tree: Tree<T>,
  isLeaf: IsLeaf<T>,
  replace: (leaf: T, name: string) => U,
  prefix = '',
): Tree<U> {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      key,
      isLeaf(value) ? replace(value, prefix + key) : mapTree(value, isLeaf, replace, `${prefix}${key}.`),
    ]),
  );
}
