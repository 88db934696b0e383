/**
 * The rules of convolutions. Images are [batch, channel, height, width], filters [out, channel, height, width].
 *
 * ONNX pads [top, left, bottom, right]; ours is [top, bottom, left, right].
 */
import type { Lowerings, Shape } from '@ascent-rl/core';
import type { GraphWriter, Value } from './graph.ts';

/** Rules of the three convolutions. */
export function convolutionRules({
  node,
  integers,
}: GraphWriter): Pick<Lowerings<Value>, 'conv2d' | 'conv2dInputGradient' | 'conv2dFilterGradient'> {
  const swapFirstTwo = (x: Value) => {
    const [a, b, ...size] = x.shape;
    return node('Transpose', [x], [b!, a!, ...size], { perm: [1, 0, 2, 3] });
  };

  return {
    conv2d: ([image, filter], { stride, padding: [top, bottom, left, right] }, shape) =>
      node('Conv', [image!, filter!], shape, { strides: stride, pads: [top, left, bottom, right] }),

    conv2dInputGradient([outputGradient, filter], { stride, padding: [top, , left], inputSize }, shape) {
      // The rows that the windows cover, counted from the top padding, end after the image or before it: cut or add.
      const excess = covered(outputGradient!.shape, filter!.shape, stride).map(
        (size, i) => size - [top, left][i]! - inputSize[i]!,
      );
      return node('ConvTranspose', [outputGradient!, filter!], shape, {
        strides: stride,
        pads: [top, left, ...excess.map((size) => Math.max(size, 0))],
        output_padding: excess.map((size) => Math.max(-size, 0)),
      });
    },

    conv2dFilterGradient([image, outputGradient], { stride, padding, filterSize }, shape) {
      // ∂filter[o, c, i, j] = Σ image[n, c, y·stride + i, …] ∂output[n, o, y, …]: a convolution of the image, its batch
      // taken for channels, with ∂output, whose elements lie `stride` apart.
      const [top, bottom, left, right] = padding;
      const [height, width] = [image!.shape[2]! + top + bottom, image!.shape[3]! + left + right];
      const [spanY, spanX] = covered(outputGradient!.shape, [1, 1, 1, 1], stride);
      const [channels, outs] = [shape[1]!, shape[0]!];
      const size = [height - spanY + 1, width - spanX + 1];
      const all = node(
        'Conv',
        [swapFirstTwo(image!), swapFirstTwo(outputGradient!)],
        [channels, outs, ...size],
        {
          dilations: stride,
          pads: [top, left, bottom, right],
        },
      );
      // Rows and columns of the image under no window would give a larger filter.
      const cut = size.some((length, i) => length !== filterSize[i])
        ? node(
            'Slice',
            [all, integers([0, 0]), integers(filterSize), integers([2, 3])],
            [channels, outs, ...filterSize],
          )
        : all;
      return swapFirstTwo(cut);
    },
  };
}

/** Rows and columns that the windows of a convolution reach over, padding included. */
function covered(
  output: Shape,
  filter: Shape,
  [vertical, horizontal]: readonly [number, number],
): [number, number] {
  return [(output[2]! - 1) * vertical + filter[2]!, (output[3]! - 1) * horizontal + filter[3]!];
}
