/**
 * How a convolution sees an image: the window under the filter at each of its positions. A window is a row, so that it is
 * copied in runs as long as the filter is wide, and a convolution is one product of windows and filters.
 */
import type { Convolution, Shape } from '@ascent-rl/core';
import type { View } from './view.ts';

/** Shape of an image with its padding. */
export function paddedShape(image: Shape, [top, bottom, left, right]: Convolution['padding']): number[] {
  return [image[0]!, image[1]!, image[2]! + top + bottom, image[3]! + left + right];
}

/** Shape of {@link windows}. */
export function windowShape(image: Shape, filter: readonly number[], size: readonly number[]): number[] {
  return [image[0]!, ...size, image[1]!, ...filter];
}

/** A padded image seen window by window, [B, H, W, C, h, w]. */
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
    strides: [batch, row * stride[0], column * stride[1], channel, row, column],
  };
}
