/** How a kernel computes one element of each primitive's value. */
import type { Attributes, Primitive, Shape } from '@ascent-rl/core';
import type { Block, Writer } from './block.ts';
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from './convolution.ts';
import type { Elementwise, Spellings } from './elementwise.ts';
import { division, number, whereInside, whole } from './indices.ts';
import { fixed, flatten, shifted, unflatten, type Position } from './position.ts';

/** A value that a rule reads. */
export interface Operand {
  readonly shape: Shape;
  /** The name of the element at a position, computed in the block or around it. */
  element(at: readonly Position[], block: Block): string;
}

/** What a rule writes, and where. */
export interface Site<P extends Primitive = Primitive> {
  readonly writer: Writer;
  readonly block: Block;
  readonly operands: readonly Operand[];
  readonly attributes: Attributes[P];
  /** The value's shape, and the element of it. */
  readonly shape: Shape;
  readonly at: readonly Position[];
}

/** Writes the statements that compute an element; returns its name or number. */
export type Rule<P extends Primitive> = (site: Site<P>) => string;

/** One rule a primitive. */
export type Rules = { readonly [P in Primitive]: Rule<P> };

/** The rules with an engine's spellings of arithmetic. */
export function rulesWith(spellings: Spellings): Rules {
  const elementwise = Object.entries(spellings).map(([primitive, spell]) => {
    const rule: Rule<Elementwise> = ({ writer, block, operands, at }) => {
      const names = operands.map((operand) => operand.element(projected(at, operand.shape), block));
      const declare = (expression: string) => writer.declare(block, expression);
      return declare(spell(declare, ...(names as [string, string, string])));
    };
    return [primitive, rule];
  });
  return {
    ...(Object.fromEntries(elementwise) as { [P in Elementwise]: Rule<P> }),
    ...structural(spellings),
  };
}

function structural({ max }: Spellings): Omit<Rules, Elementwise> {
  return {
    matmul({ writer, block, operands: [left, right], attributes: { transposeLeft, transposeRight }, at }) {
      const [batch, [i, j]] = [at.slice(0, -2), at.slice(-2) as [Position, Position]];
      const total = writer.accumulator(block, '0');
      writer.loop(block, left!.shape.at(transposeLeft ? -2 : -1)!, (inner, k) => {
        const l = left!.element([...batch, ...(transposeLeft ? [k, i] : [i, k])], inner);
        const r = right!.element([...batch, ...(transposeRight ? [j, k] : [k, j])], inner);
        inner.lines.push(`${total} += ${l} * ${r};`);
      });
      return total;
    },

    sum(site) {
      const total = site.writer.accumulator(site.block, '0');
      overAxes(site, (element, block) => block.lines.push(`${total} += ${element};`));
      return total;
    },
    maxOver(site) {
      const { writer, block, operands, attributes, at } = site;
      const first = restored(
        at,
        attributes.axes,
        attributes.axes.map(() => fixed(0)),
      );
      const largest = writer.accumulator(block, operands[0]!.element(first, block));
      overAxes(site, (element, inner) => {
        const declare = (expression: string) => writer.declare(inner, expression);
        inner.lines.push(`${largest} = ${max(declare, largest, element, '')};`);
      });
      return largest;
    },

    reshape: ({ writer, block, operands: [x], shape, at }) =>
      x!.element(unflatten(flatten(at, shape), x!.shape, division(writer, block)), block),
    permute({ block, operands: [x], attributes: { axes }, at }) {
      const from = new Array<Position>(at.length);
      axes.forEach((axis, i) => (from[axis] = at[i]!));
      return x!.element(from, block);
    },
    broadcast: ({ block, operands: [x], at }) => x!.element(projected(at, x!.shape), block),
    slice: ({ block, operands: [x], attributes: { start }, at }) =>
      x!.element(
        at.map((position, axis) => shifted(position, start[axis]!)),
        block,
      ),
    pad({ writer, block, operands: [x], attributes: { before }, at }) {
      const from = at.map((position, axis) => shifted(position, -before[axis]!));
      const element = writer.accumulator(block, '0');
      whereInside(
        writer,
        block,
        from.map((position, axis) => [position, 0, x!.shape[axis]!]),
        (inner, inside) => inner.lines.push(`${element} = ${x!.element(inside, inner)};`),
      );
      return element;
    },
    concat({ writer, block, operands, attributes: { axis }, at }) {
      const element = writer.accumulator(block, '0');
      let start = 0;
      for (const part of operands) {
        const end = start + part.shape[axis]!;
        whereInside(writer, block, [[at[axis]!, start, end]], (inner, [inside]) => {
          const from = at.with(axis, shifted(inside!, -start));
          inner.lines.push(`${element} = ${part.element(from, inner)};`);
        });
        start = end;
      }
      return element;
    },
    gather({ writer, block, operands: [table, index], at: [i, ...rest] }) {
      const row = whole(writer, block, index!.element([i!], block), [i!], [0, table!.shape[0]! - 1]);
      return table!.element([row, ...rest], block);
    },
    scatterAdd({ writer, block, operands: [index, updates], at: [row, ...rest] }) {
      const total = writer.accumulator(block, '0');
      writer.loop(block, index!.shape[0]!, (inner, i) => {
        const target = index!.element([i], inner);
        writer.when(inner, `${target} === ${number(writer, block, row!)}`, (adding) =>
          adding.lines.push(`${total} += ${updates!.element([i, ...rest], adding)};`),
        );
      });
      return total;
    },

    conv2d,
    conv2dInputGradient,
    conv2dFilterGradient,

    constant: ({ attributes: { data } }) => `${data[0]! < 0 ? `(${data[0]})` : data[0]}`,
    iota: ({ writer, block, attributes: { axis }, at }) => number(writer, block, at[axis]!),
    stopGradient: ({ block, operands: [x], at }) => x!.element(at, block),
  };
}

/** The element that broadcasting puts at a position. */
function projected(at: readonly Position[], shape: Shape): Position[] {
  const extra = at.length - shape.length;
  return shape.map((size, axis) => (size === 1 ? fixed(0) : at[axis + extra]!));
}

/** Visits the elements that a reduction combines. */
function overAxes(
  { writer, block, operands: [x], attributes: { axes }, at }: Site<'sum' | 'maxOver'>,
  visit: (element: string, block: Block) => void,
): void {
  const visitFrom = (depth: number, inner: Block, reduced: readonly Position[]): void => {
    if (depth === axes.length) visit(x!.element(restored(at, axes, reduced), inner), inner);
    else
      writer.loop(inner, x!.shape[axes[depth]!]!, (next, i) => visitFrom(depth + 1, next, [...reduced, i]));
  };
  visitFrom(0, block, []);
}

/** The position with the reduced axes put back. */
function restored(
  at: readonly Position[],
  axes: readonly number[],
  reduced: readonly Position[],
): Position[] {
  const full = [...at];
  axes.forEach((axis, i) => full.splice(axis, 0, reduced[i]!));
  return full;
}
