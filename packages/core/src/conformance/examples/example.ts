/** An example: an operation applied to operands. The suite and the derivative tests make their cases of them. */
import { formatShape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Draw, Sample } from '../numbers.ts';

/** An operation with operands. */
export interface Example {
  /** The operation and its operands' shapes; unique. */
  readonly name: string;
  readonly operands: readonly Sample[];
  readonly build: (...operands: Tensor[]) => Tensor;
}

/** An example named after its operation and the operands' shapes, e.g. `add [2, 3] [3]`. */
export function example(operation: string, draws: readonly Draw[], build: Example['build']): Example {
  const operands = draws.map((draw, i) => draw(i + 1));
  return { name: [operation, ...operands.map(({ shape }) => formatShape(shape))].join(' '), operands, build };
}
