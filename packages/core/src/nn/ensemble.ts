/** Several networks of one shape side by side: their products are one product with a batch axis. */
import { isTensor } from '../tensor/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { mapTree } from '../tensor/tree.ts';
import type { Initializer } from './initializers.ts';
import type { Module } from './modules.ts';
import { isParameter, type Parameter, type ParameterTree, type TensorsOf } from './parameters.ts';

/** Networks of one shape. */
export interface Ensemble extends Module {
  /** Networks. */
  readonly count: number;
  /** The parameters of the first network alone, as an ensemble of one. */
  first(parameters: TensorsOf<ParameterTree>): TensorsOf<ParameterTree>;
}

/**
 * `count` networks of dense layers: [count, B, I] → [count, B, O]. Each starts from draws of its own; a weight lies as
 * [count, I, O], a bias as [count, 1, O].
 */
export function ensemble(count: number, module: Module): Ensemble {
  const parameters = mapTree<Parameter, Parameter>(
    module.parameters,
    isParameter,
    ({ shape, initialize }) => ({
      shape: shape.length === 1 ? [count, 1, ...shape] : [count, ...shape],
      initialize: repeated(count, shape, initialize),
    }),
  );
  return {
    count,
    parameters,
    apply: (tensors, x) => module.apply(tensors, x),
    first: (tensors) => mapTree<Tensor, Tensor>(tensors, isTensor, (tensor) => tensor.slice(0, 0, 1)),
  };
}

function repeated(count: number, shape: readonly number[], initialize: Initializer): Initializer {
  return (_, random) => {
    const values = new Float64Array(count * sizeOf(shape));
    for (let i = 0; i < count; i++) values.set(initialize(shape, random), i * sizeOf(shape));
    return values;
  };
}
