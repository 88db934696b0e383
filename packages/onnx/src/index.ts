/**
 * Programs as ONNX models: what ONNX Runtime trains with, and what a policy is exported as.
 *
 * @module
 */
export { batchName, readModel, writeBatchModel, writeModel, type ModelOptions } from './model.ts';
export { readProgram, type ReadProgramOptions } from './read-program.ts';
export {
  attributeType,
  elementType,
  encodeModel,
  type AttributeProto,
  type Dimension,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './schema.ts';
