/**
 * The geometry of convolutions. Images [batch, channel, height, width], filters [out, channel, height, width],
 * results [batch, out, height, width].
 */
import { ShapeError } from '../errors.ts';
import { checkShape, formatShape, sameShape, type Shape } from './shape.ts';

/** Geometry of a convolution: stride [vertical, horizontal], padding [top, bottom, left, right]. */
export interface Convolution {
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
}

/** Height and width of a convolution's result. */
export function convolutionSize(
  image: readonly [number, number],
  filter: readonly [number, number],
  { stride, padding }: Convolution,
): [number, number] {
  return [
    Math.floor((image[0] + padding[0] + padding[1] - filter[0]) / stride[0]) + 1,
    Math.floor((image[1] + padding[2] + padding[3] - filter[1]) / stride[1]) + 1,
  ];
}

/** Shape of a convolution's result. Throws ShapeError when the operands do not fit. */
export function convolutionShape(image: Shape, filter: Shape, convolution: Convolution): Shape {
  const { stride, padding } = convolution;
  if (image.length !== 4 || filter.length !== 4 || image[1] !== filter[1]) {
    throw new ShapeError(
      'conv2d: expected an image [batch, channel, height, width] and a filter [out, channel, height, width], ' +
        `got ${formatShape(image)} and ${formatShape(filter)}`,
    );
  }
  checkShape('conv2d, padding', padding);
  if (!stride.every((step) => Number.isInteger(step) && step >= 1)) {
    throw new ShapeError(`conv2d: expected strides that are whole numbers ≥ 1, got ${formatShape(stride)}`);
  }
  const size = convolutionSize([image[2]!, image[3]!], [filter[2]!, filter[3]!], convolution);
  if (size.some((axis) => axis < 1)) {
    throw new ShapeError(
      `conv2d: filter ${formatShape(filter)} does not fit into image ${formatShape(image)} with padding ` +
        formatShape(padding),
    );
  }
  return [image[0]!, filter[0]!, ...size];
}

/** Throws ShapeError unless a convolution of these operands has a result of the given gradient's shape. */
export function checkOutputGradient(
  operation: string,
  outputGradient: Shape,
  image: Shape,
  filter: Shape,
  convolution: Convolution,
): void {
  const expected = convolutionShape(image, filter, convolution);
  if (!sameShape(outputGradient, expected)) {
    throw new ShapeError(
      `${operation}: expected ∂output ${formatShape(expected)} for image ${formatShape(image)} and filter ` +
        `${formatShape(filter)}, got ${formatShape(outputGradient)}`,
    );
  }
}
