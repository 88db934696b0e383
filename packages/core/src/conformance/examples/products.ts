/** Examples of matrix products and convolutions. */
import { convolutionSize, type Convolution } from '../../tensor/primitives.ts';
import { formatShape, type Shape } from '../../tensor/shape.ts';
import { conv2d } from '../../tensor/constructors.ts';
import { node } from '../../tensor/tensor.ts';
import { real } from '../numbers.ts';
import { example, type Example } from './example.ts';

/** M, K, N; with four numbers the first is the batch. Sizes on both sides of what engines block by. */
/* prettier-ignore */
const products: readonly (readonly number[])[] = [
  [1, 1, 1], [3, 4, 5], [1, 7, 3], [5, 1, 4], [4, 6, 1], [1, 5, 1], [2, 0, 3], [0, 3, 2], [2, 3, 0], [17, 33, 9], [40, 64, 24],
  [2, 3, 4, 5], [1, 3, 2, 4], [3, 1, 4, 1], [0, 2, 3, 2], [2, 2, 0, 3],
];
const flags = [
  { transposeLeft: false, transposeRight: false, label: 'matmul' },
  { transposeLeft: true, transposeRight: false, label: 'matmul, left transposed,' },
  { transposeLeft: false, transposeRight: true, label: 'matmul, right transposed,' },
  { transposeLeft: true, transposeRight: true, label: 'matmul, both transposed,' },
] as const;

interface Geometry extends Convolution {
  readonly image: readonly [batch: number, channels: number, height: number, width: number];
  /** Outputs, height, width. */
  readonly filter: readonly [outputs: number, height: number, width: number];
}
/* prettier-ignore */
const convolutions: readonly Geometry[] = [
  { image: [1, 1, 1, 1], filter: [1, 1, 1], stride: [1, 1], padding: [0, 0, 0, 0] },
  { image: [2, 3, 4, 5], filter: [2, 1, 1], stride: [1, 1], padding: [0, 0, 0, 0] },
  { image: [2, 2, 5, 5], filter: [3, 3, 3], stride: [1, 1], padding: [1, 1, 1, 1] },
  { image: [1, 2, 5, 4], filter: [2, 5, 4], stride: [1, 1], padding: [0, 0, 0, 0] },
  { image: [1, 2, 7, 7], filter: [2, 3, 3], stride: [2, 2], padding: [0, 0, 0, 0] },
  // The last rows and columns fall under no filter.
  { image: [1, 1, 8, 6], filter: [2, 3, 3], stride: [2, 2], padding: [0, 0, 0, 0] },
  { image: [2, 1, 6, 7], filter: [1, 2, 3], stride: [3, 1], padding: [1, 0, 2, 1] },
  { image: [1, 1, 5, 5], filter: [1, 1, 1], stride: [2, 3], padding: [0, 0, 0, 0] },
  { image: [1, 1, 2, 2], filter: [1, 3, 3], stride: [1, 1], padding: [2, 2, 2, 2] },
  { image: [0, 2, 4, 4], filter: [3, 2, 2], stride: [1, 1], padding: [0, 0, 0, 0] },
];

interface Convolved extends Convolution {
  readonly label: string;
  readonly image: Shape;
  readonly filter: Shape;
  readonly output: Shape;
}

const convolved: readonly Convolved[] = convolutions.map(({ image, filter, stride, padding }) => {
  const [outputs, ...size] = filter;
  const spatial = convolutionSize([image[2], image[3]], size, { stride, padding });
  return {
    label: `stride ${formatShape(stride)}, padding ${formatShape(padding)},`,
    stride,
    padding,
    image,
    filter: [outputs, image[1], ...size],
    output: [image[0], outputs, ...spatial],
  };
});

/** By primitive. */
export const productExamples: {
  readonly [P in 'matmul' | 'conv2d' | 'conv2dInputGradient' | 'conv2dFilterGradient']: readonly Example[];
} = {
  matmul: products.flatMap((sizes) => {
    const batch = sizes.slice(0, -3);
    const [m, k, n] = sizes.slice(-3) as [number, number, number];
    return flags.map(({ label, ...options }) =>
      example(
        label,
        [
          real([...batch, ...(options.transposeLeft ? [k, m] : [m, k])]),
          real([...batch, ...(options.transposeRight ? [n, k] : [k, n])]),
        ],
        (left, right) => left.matmul(right, options),
      ),
    );
  }),
  conv2d: convolved.map(({ label, image, filter, stride, padding }) =>
    example(`conv2d, ${label}`, [real(image), real(filter)], (x, w) => conv2d(x, w, { stride, padding })),
  ),
  conv2dInputGradient: convolved.map(({ label, image, filter, output, stride, padding }) =>
    example(
      `conv2dInputGradient, ${label} to ${formatShape(image)} of`,
      [real(output), real(filter)],
      (dy, w) => node('conv2dInputGradient', [dy, w], { stride, padding, inputSize: [image[2]!, image[3]!] }),
    ),
  ),
  conv2dFilterGradient: convolved.map(({ label, image, filter, output, stride, padding }) =>
    example(
      `conv2dFilterGradient, ${label} to ${formatShape(filter)} of`,
      [real(image), real(output)],
      (x, dy) =>
        node('conv2dFilterGradient', [x, dy], { stride, padding, filterSize: [filter[2]!, filter[3]!] }),
    ),
  ),
};
