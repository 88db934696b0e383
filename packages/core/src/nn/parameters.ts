/**
 * Parameters: a named tree inside a trace, one flat vector outside.
 *
 * Few inputs and outputs make a program quick to call, an optimiser one fused loop, a checkpoint one array.
 */
import { ShapeError } from '../errors.ts';
import type { Generator } from '../random/index.ts';
import { isTensor } from '../tensor/program.ts';
import { sizeOf, type Shape } from '../tensor/shape.ts';
import { concat } from '../tensor/constructors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { leaves, mapTree, type MapTree, type Tree } from '../tensor/tree.ts';
import type { Initializer } from './initializers.ts';

/** A parameter to be: its shape and how it starts. */
export interface Parameter {
  readonly shape: Shape;
  readonly initialize: Initializer;
}

/** Parameters by name; may be nested. */
export type ParameterTree = Tree<Parameter>;

/** The tensors of a tree of parameters, inside a trace. */
export type TensorsOf<P> = MapTree<P, Parameter, Tensor>;

/** Where a parameter lies in the flat vector. */
export interface LayoutEntry {
  /** Dotted path, e.g. `actor.0.weight`. */
  readonly name: string;
  readonly shape: Shape;
  /** Position of the first element. */
  readonly offset: number;
}

/** How a tree of parameters lies in one flat vector. */
export interface Layout<P extends ParameterTree = ParameterTree> {
  /** Elements of the flat vector. */
  readonly size: number;
  readonly entries: readonly LayoutEntry[];
  /** flat [size] → the tree. */
  unpack(flat: Tensor): TensorsOf<P>;
  /** The tree → flat [size], e.g. of gradients. */
  pack(tree: TensorsOf<P>): Tensor;
  /** Initial values of the flat vector. */
  initialize(random: Generator): Float32Array;
}

/** Lays out parameters in the order of the tree. */
export function layout<P extends ParameterTree>(tree: P): Layout<P> {
  const parameters = leaves<Parameter>(tree, isParameter);
  let size = 0;
  const entries = parameters.map(([name, { shape }]): LayoutEntry => {
    const entry = { name, shape, offset: size };
    size += sizeOf(shape);
    return entry;
  });
  const byName = new Map(entries.map((entry) => [entry.name, entry]));

  return {
    size,
    entries,
    unpack: (flat) =>
      mapTree<Parameter, Tensor>(tree, isParameter, (_, name) => {
        const { shape, offset } = byName.get(name)!;
        return flat.slice(0, offset, offset + sizeOf(shape)).reshape(shape);
      }) as TensorsOf<P>,
    pack(tensors) {
      const found = new Map(leaves<Tensor>(tensors, isTensor));
      return concat(
        entries.map(({ name, shape }) => {
          const tensor = found.get(name);
          if (tensor === undefined) throw new ShapeError(`pack: parameter ${name} is missing`);
          return tensor.reshape([sizeOf(shape)]);
        }),
      );
    },
    initialize(random) {
      const flat = new Float32Array(size);
      parameters.forEach(([, { shape, initialize }], i) =>
        flat.set(initialize(shape, random), entries[i]!.offset),
      );
      return flat;
    },
  };
}

/** Tells a parameter from a record of parameters. */
export function isParameter(value: Parameter | ParameterTree): value is Parameter {
  return typeof value.initialize === 'function';
}
