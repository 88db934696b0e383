/**
 * The rules of convolutions. Ours have images [batch, channel, height, width] and filters [out, channel, height, width];
 * the kernels that every engine has take [batch, height, width, channel] and [height, width, channel, out].
 */
import type { Lowerings, Shape } from '@ascent-rl/core';
import type { Planner, Value } from './plan.ts';

type Rules = Pick<Lowerings<Value>, 'conv2d' | 'conv2dInputGradient' | 'conv2dFilterGradient'>;

/** Rules of the three convolutions. */
export function convolutionRules({ kernel }: Planner): Rules {
  const permute = (x: Value, axes: readonly number[]): Value =>
    kernel(
      'Transpose',
      { x },
      axes.map((axis) => x.shape[axis]!),
      { perm: axes },
    );
  const channelsLast = (x: Value) => permute(x, [0, 2, 3, 1]);
  const channelsFirst = (x: Value) => permute(x, [0, 3, 1, 2]);
  const asFilter = (x: Value) => permute(x, [2, 3, 1, 0]);
  const pads = ([top, bottom, left, right]: readonly [number, number, number, number]) => [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const common = { dataFormat: 'NHWC', dilations: [1, 1] };
  const size = ([batch, channels, height, width]: Shape): Shape => [batch!, height!, width!, channels!];

  return {
    conv2d: ([image, filter], { stride, padding }, shape) =>
      channelsFirst(
        kernel('Conv2D', { x: channelsLast(image!), filter: asFilter(filter!) }, size(shape), {
          ...common,
          strides: stride,
          pad: pads(padding),
        }),
      ),

    conv2dInputGradient: ([outputGradient, filter], { stride, padding }, shape) =>
      channelsFirst(
        kernel(
          'Conv2DBackpropInput',
          { dy: channelsLast(outputGradient!), filter: asFilter(filter!) },
          size(shape),
          {
            ...common,
            strides: stride,
            pad: pads(padding),
            inputShape: size(shape),
          },
        ),
      ),

    conv2dFilterGradient([image, outputGradient], { stride, padding }, shape) {
      // ∂filter[o, c, i, j] = Σ image[n, c, y·stride + i, …] ∂output[n, o, y, …]: a convolution of the image, its batch
      // taken for channels, with ∂output, whose elements lie `stride` apart. Not every engine has a kernel of its own.
      const [top, bottom, left, right] = padding;
      const [, , height, width] = image!.shape as [number, number, number, number];
      const [, , rows, columns] = outputGradient!.shape as [number, number, number, number];
      const [outs, channels, ...filterSize] = shape as [number, number, number, number];
      const all = [
        channels,
        height + top + bottom - (rows - 1) * stride[0],
        width + left + right - (columns - 1) * stride[1],
        outs,
      ];
      const gradient = kernel(
        'Conv2D',
        { x: permute(image!, [1, 2, 3, 0]), filter: permute(outputGradient!, [2, 3, 0, 1]) },
        all,
        { ...common, strides: [1, 1], dilations: stride, pad: pads(padding) },
      );
      // Rows and columns of the image under no window would give a larger filter.
      const cut = kernel('Slice', { x: gradient }, [channels, ...filterSize, outs], {
        begin: [0, 0, 0, 0],
        size: [channels, ...filterSize, outs],
      });
      return permute(cut, [3, 0, 1, 2]);
    },
  };
}
