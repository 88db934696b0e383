/** The convolution and its gradients, as sums over the taps of one element. Shapes as in core's primitives. */
import type { Block } from './block.ts';
import { division, whereInside, type Range } from './indices.ts';
import { plus, shifted, type Position } from './position.ts';
import type { Rule, Site } from './rules.ts';

/** Σ over nested loops, of a product where positions are within ranges. */
function sumOfTaps(
  { writer, block }: Site,
  counts: readonly number[],
  tap: (
    indices: readonly Position[],
    block: Block,
  ) => { ranges: readonly Range[]; product: (block: Block) => string },
): string {
  const total = writer.accumulator(block, '0');
  const visit = (indices: readonly Position[], inner: Block): void => {
    if (indices.length < counts.length) {
      writer.loop(inner, counts[indices.length]!, (next, index) => visit([...indices, index], next));
      return;
    }
    const { ranges, product } = tap(indices, inner);
    whereInside(writer, inner, ranges, (adding) => adding.lines.push(`${total} += ${product(adding)};`));
  };
  visit([], block);
  return total;
}

/** Where a filter's tap falls on the image: out · stride + tap − padding. */
function reached(out: Position, tap: Position, stride: number, padding: number): Position {
  return shifted(plus(tap, out, stride), -padding);
}

export const conv2d: Rule<'conv2d'> = (site) => {
  const {
    operands: [image, filter],
    attributes: { stride, padding },
    at: [b, o, y, x],
  } = site;
  const [, channels, height, width] = image!.shape;
  return sumOfTaps(site, [channels!, ...filter!.shape.slice(2)], ([c, i, j]) => {
    const row = reached(y!, i!, stride[0], padding[0]);
    const column = reached(x!, j!, stride[1], padding[2]);
    return {
      ranges: [
        [row, 0, height!],
        [column, 0, width!],
      ],
      product: (block) =>
        `${image!.element([b!, c!, row, column], block)} * ${filter!.element([o!, c!, i!, j!], block)}`,
    };
  });
};

export const conv2dFilterGradient: Rule<'conv2dFilterGradient'> = (site) => {
  const {
    operands: [image, slope],
    attributes: { stride, padding },
    at: [o, c, i, j],
  } = site;
  const [, , height, width] = image!.shape;
  const [batch, , outHeight, outWidth] = slope!.shape;
  return sumOfTaps(site, [batch!, outHeight!, outWidth!], ([b, y, x]) => {
    const row = reached(y!, i!, stride[0], padding[0]);
    const column = reached(x!, j!, stride[1], padding[2]);
    return {
      ranges: [
        [row, 0, height!],
        [column, 0, width!],
      ],
      product: (block) =>
        `${image!.element([b!, c!, row, column], block)} * ${slope!.element([b!, o!, y!, x!], block)}`,
    };
  });
};

export const conv2dInputGradient: Rule<'conv2dInputGradient'> = (site) => {
  const {
    writer,
    operands: [slope, filter],
    attributes: { stride, padding },
    at: [b, c, row, column],
  } = site;
  const [, outs, outHeight, outWidth] = slope!.shape;
  /** The output whose tap reaches an image position, and the condition that there is one. */
  const source = (
    block: Block,
    position: Position,
    tap: Position,
    step: number,
    before: number,
    size: number,
  ) => {
    const distance = shifted(plus(position, tap, -1), before);
    const out = step === 1 ? distance : division(writer, block)(distance, step);
    const rest = plus(distance, out, -step);
    return {
      out,
      ranges: [
        [out, 0, size],
        [{ ...rest, low: 0, high: step - 1 }, 0, 1],
      ] as Range[],
    };
  };
  return sumOfTaps(site, [outs!, ...filter!.shape.slice(2)], ([o, i, j], block) => {
    const y = source(block, row!, i!, stride[0], padding[0], outHeight!);
    const x = source(block, column!, j!, stride[1], padding[2], outWidth!);
    return {
      ranges: [...y.ranges, ...x.ranges],
      product: (inner) =>
        `${slope!.element([b!, o!, y.out, x.out], inner)} * ${filter!.element([o!, c!, i!, j!], inner)}`,
    };
  });
};
