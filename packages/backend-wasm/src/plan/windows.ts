/** How a convolution sees an image: the window under the filter at each of its positions. */
import type { Convolution, Shape } from '@ascent-rl/core';
import type { View } from './view.ts';

/** Shape of an image with its padding. */
export function paddedShape(image: Shape, [top, bottom, left, right]: Convolution['padding']): number[] {
  return [image[0]!, image[1]!, image[2]! + top + bottom, image[3]! + left + right];
}

/** Shape of {@link windows}. */
export function windowShape(image: Shape, filter: readonly number[], size: readonly number[]): number[] {
  return [image[0]!, image[1]!, ...filter, ...size];
}

/** A padded image seen window by window, [B, C, h, w, H, W]. */
export function windows(
  image: View,
  filter: readonly number[],
  size: readonly number[],
  { stride }: Convolution,
): View {
  const [batch, channel, row, column] = image.strides as [number, number, number, number];
  return {
    ...image,
    shape: windowShape(image.shape, filter, size),
    strides: [batch, channel, row, column, row * stride[0], column * stride[1]],
  };
}
