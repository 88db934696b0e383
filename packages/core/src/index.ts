/**
 * The tensor program: tracing, differentiation, simplification, and the contract that backends fulfil.
 *
 * @module
 */
export * from './errors.ts';
export {
  broadcastShapes,
  checkShape,
  formatShape,
  resolveAxis,
  sameShape,
  sizeOf,
  stridesOf,
  type Shape,
} from './tensor/shape.ts';
export {
  convolutionSize,
  inferShape,
  primitives,
  type Attributes,
  type Axes,
  type Binary,
  type Convolution,
  type None,
  type Primitive,
  type Unary,
} from './tensor/primitives.ts';
export {
  concat,
  conv2d,
  full,
  iota,
  scatterAdd,
  stack,
  sumTo,
  where,
  type Conv2dOptions,
} from './tensor/constructors.ts';
export {
  constant,
  input,
  node,
  Tensor,
  toTensor,
  type AxisArgument,
  type Operand,
  type ReductionOptions,
} from './tensor/tensor.ts';
export * from './tensor/functions.ts';
export { leaves, mapTree, type MapNode, type MapTree, type Tree } from './tensor/tree.ts';
export {
  inline,
  isShape,
  isTensor,
  linearize,
  outputShapes,
  shapeOf,
  trace,
  type Instruction,
  type Program,
  type ProgramInput,
  type ProgramOutput,
  type ShapeTree,
  type TensorTree,
} from './tensor/program.ts';
export { derivatives, type Applied } from './tensor/derivatives.ts';
export { grad, gradient, valueAndGrad, vectorJacobianProduct, vjp } from './tensor/gradient.ts';
export { simplify, withConstants } from './simplify/simplify.ts';
export { formatProgram } from './tensor/format.ts';
export { costOf, type Cost } from './tensor/cost.ts';
export {
  checkDonation,
  allocateZeros,
  checkBound,
  checkLength,
  checkPlaces,
  type Backend,
  type Call,
  type Capabilities,
  type CompileOptions,
  type DeviceArray,
  type Executable,
  type Places,
} from './backend/contract.ts';
export { lower, type Lowerings } from './backend/lower.ts';
