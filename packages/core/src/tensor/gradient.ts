/**
 * Reverse-mode differentiation, of expressions while tracing and of whole programs.
 *
 * The backward pass builds ordinary nodes, so a gradient can be differentiated again: a Hessian-vector product is
 * `gradient(inner(gradient(loss, x), v), x)` (Pearlmutter 1994 describes the same product).
 */
import { ShapeError } from '../errors.ts';
import { derivatives, type Applied } from './derivatives.ts';
import type { Primitive } from './primitives.ts';
import { inline, isTensor, linearize, topologicalOrder, type Program, type TensorTree } from './program.ts';
import { formatShape, sameShape } from './shape.ts';
import { full } from './constructors.ts';
import { constant, input, type Tensor } from './tensor.ts';
import { leaves, mapTree, type MapTree } from './tree.ts';

/**
 * ∂loss/∂x for a tensor x, or for each leaf of a record of tensors. Every path from x to the loss counts, wherever
 * it was built; `stopGradient` cuts one.
 *
 * @param loss - A scalar, shape [].
 * @param withRespectTo - Inputs of the trace or intermediate tensors.
 * @returns Tensors of the same shapes; zeros where the loss does not depend on one.
 * @throws ShapeError when the loss is not a scalar.
 */
export function gradient(loss: Tensor, withRespectTo: Tensor): Tensor;
export function gradient<T extends TensorTree>(loss: Tensor, withRespectTo: T): MapTree<T, Tensor, Tensor>;
export function gradient(loss: Tensor, withRespectTo: Tensor | TensorTree): Tensor | TensorTree {
  if (loss.rank !== 0) {
    throw new ShapeError(
      `gradient: the loss must be a scalar [], got ${formatShape(loss.shape)}; reduce it with mean() or sum()`,
    );
  }
  if (isTensor(withRespectTo)) return vectorJacobianProduct([[loss, constant(1)]], [withRespectTo])[0]!;
  const targets = leaves<Tensor>(withRespectTo, isTensor);
  const gradients = vectorJacobianProduct(
    [[loss, constant(1)]],
    targets.map(([, tensor]) => tensor),
  );
  const byName = new Map(targets.map(([name], i) => [name, gradients[i]!]));
  return mapTree<Tensor, Tensor>(withRespectTo, isTensor, (_, name) => byName.get(name)!);
}

/**
 * Σ vᵢᵀ ∂yᵢ/∂x for each x: the reverse-mode building block.
 *
 * @param outputs - Pairs of a tensor y and its cotangent v, of equal shape.
 * @throws ShapeError when a cotangent has another shape than its tensor.
 */
export function vectorJacobianProduct(
  outputs: readonly (readonly [y: Tensor, cotangent: Tensor])[],
  withRespectTo: readonly Tensor[],
): Tensor[] {
  const adjoints = new Map<Tensor, Tensor>();
  const accumulate = (tensor: Tensor, adjoint: Tensor) => {
    const sum = adjoints.get(tensor);
    adjoints.set(tensor, sum === undefined ? adjoint : sum.add(adjoint));
  };
  for (const [y, cotangent] of outputs) {
    if (!sameShape(y.shape, cotangent.shape)) {
      throw new ShapeError(
        `vectorJacobianProduct: cotangent ${formatShape(cotangent.shape)} for a tensor ${formatShape(y.shape)}`,
      );
    }
    accumulate(y, cotangent);
  }
  const order = topologicalOrder(outputs.map(([y]) => y));
  const depends = new Set<Tensor>(withRespectTo);
  for (const tensor of order) if (tensor.inputs.some((operand) => depends.has(operand))) depends.add(tensor);

  for (const tensor of order.reverse()) {
    const dy = adjoints.get(tensor);
    if (dy === undefined || tensor.primitive === 'input' || !tensor.inputs.some((x) => depends.has(x)))
      continue;
    const rule = derivatives[tensor.primitive] as (
      dy: Tensor,
      applied: Applied<Primitive>,
    ) => readonly Tensor[];
    const gradients = rule(dy, { inputs: tensor.inputs, y: tensor, attributes: tensor.attributes });
    tensor.inputs.forEach((operand, i) => {
      if (gradients[i] !== undefined && depends.has(operand)) accumulate(operand, gradients[i]);
    });
  }
  return withRespectTo.map((tensor) => adjoints.get(tensor) ?? full(tensor.shape, 0));
}

/**
 * The program of a scalar output's gradient.
 *
 * @param program - A program with exactly one output, of shape [].
 * @param withRespectTo - Names of inputs; default: all.
 * @returns A program of the same inputs whose outputs `grad.name` are the gradients.
 * @throws ShapeError for another number of outputs, or a name that is no input.
 */
export function grad(program: Program, withRespectTo?: readonly string[]): Program {
  return differentiate(program, withRespectTo, false);
}

/**
 * As {@link grad}, with the program's own outputs in front of the gradients. The first is differentiated, further ones
 * may be of any shape.
 */
export function valueAndGrad(program: Program, withRespectTo?: readonly string[]): Program {
  return differentiate(program, withRespectTo, true);
}

function differentiate(program: Program, names: readonly string[] | undefined, withValue: boolean): Program {
  const { tensors, outputs } = reopen(program);
  if (!withValue && program.outputs.length !== 1) {
    throw new ShapeError(`grad: expected a program with one output, got ${Object.keys(outputs).join(', ')}`);
  }
  const targets = pick(tensors, names);
  const gradients = gradient(Object.values(outputs)[0]!, Object.fromEntries(targets));
  return linearize(Object.entries(tensors), [
    ...(withValue ? Object.entries(outputs) : []),
    ...targets.map(([name]) => [`grad.${name}`, gradients[name]!] as const),
  ]);
}

/**
 * The vector-Jacobian product of a program: it takes a further input `v.name` for each output and gives `grad.name` for
 * each input asked for.
 */
export function vjp(program: Program, withRespectTo?: readonly string[]): Program {
  const { tensors, outputs } = reopen(program);
  const targets = pick(tensors, withRespectTo);
  const cotangents = Object.entries(outputs).map(([name, y]) => [`v.${name}`, input(y.shape)] as const);
  const products = vectorJacobianProduct(
    Object.values(outputs).map((y, i) => [y, cotangents[i]![1]] as const),
    targets.map(([, tensor]) => tensor),
  );
  return linearize(
    [...Object.entries(tensors), ...cotangents],
    targets.map(([name], i) => [`grad.${name}`, products[i]!] as const),
  );
}

function reopen(program: Program): { tensors: Record<string, Tensor>; outputs: Record<string, Tensor> } {
  const tensors = Object.fromEntries(program.inputs.map(({ name, shape }) => [name, input(shape)]));
  return { tensors, outputs: inline(program, tensors) };
}

function pick(tensors: Record<string, Tensor>, names: readonly string[] | undefined): [string, Tensor][] {
  return (names ?? Object.keys(tensors)).map((name) => {
    const tensor = tensors[name];
    if (tensor === undefined) {
      throw new ShapeError(`grad: no input ${name}; the program has ${Object.keys(tensors).join(', ')}`);
    }
    return [name, tensor];
  });
}
