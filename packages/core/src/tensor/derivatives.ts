/**
 * The derivative of each primitive, as a vector-Jacobian product written in primitives, so that derivatives can be
 * differentiated again.
 *
 * Each rule receives dy = ∂L/∂y for y = primitive(inputs) and returns ∂L/∂input for each input, in order; a missing
 * entry means that no derivative flows there.
 */
import type { Attributes, Primitive } from './primitives.ts';
import { keepAxes } from './shape.ts';
import { conv2d, scatterAdd, sumTo, where } from './constructors.ts';
import { node, type Tensor } from './tensor.ts';

/** What a derivative rule may look at: the operation's operands, its result y, its attributes. */
export interface Applied<P extends Primitive> {
  readonly inputs: readonly Tensor[];
  readonly y: Tensor;
  readonly attributes: Attributes[P];
}

type Rule<P extends Primitive> = (dy: Tensor, applied: Applied<P>) => readonly (Tensor | undefined)[];

const flowsNowhere = (): readonly undefined[] => [];

/** Vector-Jacobian product of every primitive. */
export const derivatives: { readonly [P in Primitive]: Rule<P> } = {
  neg: (dy) => [dy.neg()],
  exp: (dy, { y }) => [dy.mul(y)],
  log: (dy, { inputs: [x] }) => [dy.div(x!)],
  sqrt: (dy, { y }) => [dy.mul(0.5).div(y)],
  abs: (dy, { inputs: [x] }) => [dy.mul(x!.greater(0).sub(x!.less(0)))],
  tanh: (dy, { y }) => [dy.mul(y.square().neg().add(1))],

  add: (dy, { inputs: [a, b] }) => [sumTo(dy, a!.shape), sumTo(dy, b!.shape)],
  sub: (dy, { inputs: [a, b] }) => [sumTo(dy, a!.shape), sumTo(dy, b!.shape).neg()],
  mul: (dy, { inputs: [a, b] }) => [sumTo(dy.mul(b!), a!.shape), sumTo(dy.mul(a!), b!.shape)],
  div: (dy, { inputs: [a, b], y }) => [sumTo(dy.div(b!), a!.shape), sumTo(dy.mul(y).div(b!).neg(), b!.shape)],
  // Where both are equal the derivative goes to b: relu(x) = max(x, 0) then has derivative 0 at 0.
  max: (dy, { inputs: [a, b] }) => choose(dy, b!.less(a!), a!, b!),
  min: (dy, { inputs: [a, b] }) => choose(dy, a!.less(b!), a!, b!),
  less: flowsNowhere,
  equal: flowsNowhere,
  where: (dy, { inputs: [condition, a, b] }) => [undefined, ...choose(dy, condition!, a!, b!)],

  matmul(dy, { inputs: [a, b], attributes: { transposeLeft: ta, transposeRight: tb } }) {
    return [
      ta
        ? b!.matmul(dy, { transposeLeft: tb, transposeRight: true })
        : dy.matmul(b!, { transposeRight: !tb }),
      tb ? dy.matmul(a!, { transposeLeft: true, transposeRight: ta }) : a!.matmul(dy, { transposeLeft: !ta }),
    ];
  },

  sum: (dy, { inputs: [x], attributes: { axes } }) => [
    dy.reshape(keepAxes(x!.shape, axes)).broadcast(x!.shape),
  ],
  maxOver(dy, { inputs: [x], y, attributes: { axes } }) {
    const kept = keepAxes(x!.shape, axes);
    const isMaximum = x!.equal(y.reshape(kept));
    return [isMaximum.mul(dy.reshape(kept).div(isMaximum.sum(axes, { keepAxes: true })))];
  },

  reshape: (dy, { inputs: [x] }) => [dy.reshape(x!.shape)],
  permute: (dy, { attributes: { axes } }) => [dy.permute(axes.map((_, axis) => axes.indexOf(axis)))],
  broadcast: (dy, { inputs: [x] }) => [sumTo(dy, x!.shape)],
  slice: (dy, { inputs: [x], attributes: { start, stop } }) => [
    dy.pad(
      start,
      stop.map((end, axis) => x!.shape[axis]! - end),
    ),
  ],
  pad: (dy, { inputs: [x], attributes: { before } }) => [
    node('slice', [dy], { start: before, stop: before.map((start, axis) => start + x!.shape[axis]!) }),
  ],
  concat(dy, { inputs, attributes: { axis } }) {
    let start = 0;
    return inputs.map((x) => dy.slice(axis, start, (start += x.shape[axis]!)));
  },
  gather: (dy, { inputs: [table, index] }) => [scatterAdd(index!, dy, table!.shape[0]!)],
  scatterAdd: (dy, { inputs: [index] }) => [undefined, dy.gather(index!)],

  // A convolution is linear in both operands; its two gradients are each other's, and its, derivatives.
  conv2d: (dy, { inputs: [image, filter], attributes }) => [
    conv2dInputGradient(dy, filter!, attributes, image!),
    conv2dFilterGradient(image!, dy, attributes, filter!),
  ],
  conv2dInputGradient: (dy, { inputs: [outputGradient, filter], attributes }) => [
    conv2d(dy, filter!, attributes),
    conv2dFilterGradient(dy, outputGradient!, attributes, filter!),
  ],
  conv2dFilterGradient: (dy, { inputs: [image, outputGradient], attributes }) => [
    conv2dInputGradient(outputGradient!, dy, attributes, image!),
    conv2d(image!, dy, attributes),
  ],

  constant: flowsNowhere,
  iota: flowsNowhere,
  stopGradient: flowsNowhere,
};

function choose(dy: Tensor, condition: Tensor, a: Tensor, b: Tensor): [Tensor, Tensor] {
  return [sumTo(where(condition, dy, 0), a.shape), sumTo(where(condition, 0, dy), b.shape)];
}

function conv2dInputGradient(
  outputGradient: Tensor,
  filter: Tensor,
  { stride, padding }: Attributes['conv2d'],
  image: Tensor,
): Tensor {
  const inputSize = [image.shape[2]!, image.shape[3]!] as const;
  return node('conv2dInputGradient', [outputGradient, filter], { stride, padding, inputSize });
}

function conv2dFilterGradient(
  image: Tensor,
  outputGradient: Tensor,
  { stride, padding }: Attributes['conv2d'],
  filter: Tensor,
): Tensor {
  const filterSize = [filter.shape[2]!, filter.shape[3]!] as const;
  return node('conv2dFilterGradient', [image, outputGradient], { stride, padding, filterSize });
}
