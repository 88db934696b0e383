/** What it takes to compute an element, and how an operation reads its operands for it. */
import {
  sameShape,
  shapeOf,
  sizeOf,
  type Attributes,
  type Primitive,
  type Program,
  type Shape,
} from '@ascent-rl/core';

/** How an operation reads an operand. */
export interface Reading {
  /** Elements read for one element of the result. */
  readonly count: number;
  /** Equal where the same element of the operand is read for an element of the result; empty where their positions agree. */
  readonly pattern: string;
}

const elementwise: ReadonlySet<Primitive> = new Set<Primitive>([
  ...(['neg', 'exp', 'log', 'sqrt', 'abs', 'tanh', 'add', 'sub', 'mul', 'div', 'max', 'min'] as const),
  ...(['less', 'equal', 'where', 'stopGradient'] as const),
]);

/** Primitives whose element is an element of the operand. */
const views: ReadonlySet<Primitive> = new Set<Primitive>([
  'reshape',
  'permute',
  'broadcast',
  'slice',
  'stopGradient',
]);

/** Work of an operation for one element, without that for its operands' elements; an addition is 1. */
export function workOf(primitive: Primitive, operands: number): number {
  if (views.has(primitive) || primitive === 'constant') return 0;
  switch (primitive) {
    case 'exp':
    case 'log':
    case 'tanh':
      return 10;
    case 'sqrt':
    case 'div':
      return 2;
    case 'concat':
      return operands;
    default:
      return 1;
  }
}

/** How a value's operation reads each of its operands. */
export function readingsOf(program: Program, value: number): Reading[] {
  const { primitive, inputs, attributes, shape } = program.instructions[value - program.inputs.length]!;
  const operands = inputs.map((operand) => shapeOf(program, operand));
  if (elementwise.has(primitive) || primitive === 'broadcast') {
    return operands.map((from) => ({ count: 1, pattern: sameShape(from, shape) ? '' : `[${shape.join()}]` }));
  }
  if (primitive === 'reshape' && sameShape(withoutOnes(operands[0]!), withoutOnes(shape))) {
    return [{ count: 1, pattern: '' }];
  }
  const count = termsOf(primitive, operands, attributes, shape);
  return operands.map(() => ({ count, pattern: `%${value}` }));
}

/** Elements of each operand that one element of the result combines. */
function termsOf(
  primitive: Primitive,
  [left, right]: readonly Shape[],
  attributes: Attributes[Primitive],
  shape: Shape,
): number {
  switch (primitive) {
    case 'matmul':
      return left!.at((attributes as Attributes['matmul']).transposeLeft ? -2 : -1)!;
    case 'sum':
    case 'maxOver':
      return sizeOf(left!) / Math.max(1, sizeOf(shape));
    case 'scatterAdd':
      return left![0]!;
    case 'conv2d':
      return sizeOf(right!.slice(1));
    case 'conv2dInputGradient':
      return right![0]! * sizeOf(right!.slice(2));
    case 'conv2dFilterGradient':
      return right![0]! * sizeOf(right!.slice(2));
    default:
      return 1;
  }
}

function withoutOnes(shape: Shape): number[] {
  return shape.filter((size) => size !== 1);
}
