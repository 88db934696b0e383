/** What a program costs: floating-point operations, and bytes that enter, leave and stay between operations. */
import type { Attributes, Primitive } from './primitives.ts';
import { shapeOf, type Instruction, type Program } from './program.ts';
import { sizeOf, type Shape } from './shape.ts';

/** Cost of one run of a program. */
export interface Cost {
  /** Floating-point operations; a multiply-add counts 2, exp, log, sqrt, tanh and a division 1 each. */
  readonly operations: number;
  /** The part of `operations` that matrix products and convolutions do. */
  readonly matrixOperations: number;
  /** Bytes of the inputs, as float32. */
  readonly inputBytes: number;
  /** Bytes of the outputs. */
  readonly outputBytes: number;
  /** Bytes of every value computed, if each had memory of its own. */
  readonly valueBytes: number;
}

const bytesPerNumber = 4;

/** Counts operations and bytes. */
export function costOf(program: Program): Cost {
  let operations = 0;
  let matrixOperations = 0;
  let values = 0;
  for (const instruction of program.instructions) {
    const shapes = instruction.inputs.map((value) => shapeOf(program, value));
    const count = operationsOf(instruction, shapes);
    operations += count;
    if (instruction.primitive === 'matmul' || instruction.primitive.startsWith('conv2d'))
      matrixOperations += count;
    values += sizeOf(instruction.shape);
  }
  const total = (sizes: readonly number[]) => bytesPerNumber * sizes.reduce((sum, size) => sum + size, 0);
  return {
    operations,
    matrixOperations,
    inputBytes: total(program.inputs.map(({ shape }) => sizeOf(shape))),
    outputBytes: total(program.outputs.map(({ value }) => sizeOf(shapeOf(program, value)))),
    valueBytes: bytesPerNumber * values,
  };
}

const movesOnly: ReadonlySet<Primitive> = new Set<Primitive>([
  'reshape',
  'permute',
  'broadcast',
  'slice',
  'pad',
  'concat',
  'gather',
  'constant',
  'iota',
  'stopGradient',
]);

function operationsOf({ primitive, attributes, shape }: Instruction, operands: readonly Shape[]): number {
  if (movesOnly.has(primitive)) return 0;
  switch (primitive) {
    case 'matmul': {
      const { transposeLeft } = attributes as Attributes['matmul'];
      return 2 * sizeOf(shape) * operands[0]!.at(transposeLeft ? -2 : -1)!;
    }
    case 'sum':
    case 'maxOver':
      return sizeOf(operands[0]!);
    case 'scatterAdd':
      return sizeOf(operands[1]!);
    case 'conv2d':
      return 2 * sizeOf(shape) * sizeOf(operands[1]!.slice(1));
    case 'conv2dInputGradient':
      return 2 * sizeOf(operands[0]!) * sizeOf(operands[1]!.slice(1));
    case 'conv2dFilterGradient':
      return 2 * sizeOf(operands[1]!) * sizeOf(shape.slice(1));
    default:
      return sizeOf(shape);
  }
}
