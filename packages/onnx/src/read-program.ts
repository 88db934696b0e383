/** Policy files as programs again, so that every backend runs them. */
import { constant, trace, type Program, type Shape, type Tensor } from '@ascent-rl/core';
import { ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import { batchName, readModel } from './model.ts';
import { operators, tensorOf, type AttributeValues, type Read } from './operators.ts';
import {
  attributeType,
  elementType,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './schema.ts';

/** How to read a program. */
export interface ReadProgramOptions {
  /** What the symbolic size `batch` becomes; at least 1, default 1. */
  readonly batch?: number;
  /** Names of the outputs that are wanted; default all. What only others need is left out. */
  readonly outputs?: readonly string[];
}

/**
 * Reads the program of an ONNX file that {@link writeBatchModel} or {@link writeModel} wrote, for one batch size. Inputs
 * with a default become that number.
 *
 * @throws ConfigError when the bytes are no ONNX model, or for outputs that it does not have.
 * @throws UnsupportedError naming an operator, or an attribute or operand of it, that policies written by Ascent do
 *   not have.
 *
 * @example
 * ```ts
 * const program = readProgram(await readFile('policy.onnx'), { batch: 1, outputs: ['action'] });
 * const executable = await backend.compile(simplify(program));
 * ```
 */
export function readProgram(bytes: Uint8Array, options: ReadProgramOptions = {}): Program {
  const { batch = 1 } = options;
  if (!Number.isInteger(batch) || batch < 1) {
    throw new ConfigError(`readProgram: expected a batch of a whole number ≥ 1, got ${batch}`);
  }
  const { graph } = readModel(bytes);
  const known = graph.output.map(({ name }) => name);
  const outputs = options.outputs ?? known;
  const missing = outputs.filter((name) => !known.includes(name));
  if (missing.length > 0) {
    throw new ConfigError(
      `readProgram: no output is named ${missing.join(', ')}; outputs are ${known.join(', ')}`,
    );
  }
  const filled = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !filled.has(name));
  const shapes = Object.fromEntries(inputs.map((input) => [input.name, shapeOf(input, batch)]));
  return trace((given) => readGraph(graph, given, outputs), shapes);
}

function readGraph(
  graph: GraphProto,
  inputs: Readonly<Record<string, Tensor>>,
  outputs: readonly string[],
): Record<string, Tensor> {
  const values = new Map<string, Read>(Object.entries(inputs));
  for (const initializer of graph.initializer) values.set(initializer.name, readConstant(initializer));
  const nodes = neededNodes(graph, outputs);
  nodes.forEach(checkNode);
  for (const node of nodes) values.set(node.output[0]!, readNode(node, values));
  return Object.fromEntries(outputs.map((name) => [name, tensorOf(values.get(name)!)]));
}

/** Refuses what would be read as something else than it is. */
function checkNode({ name, opType, input, attribute }: NodeProto): void {
  const refuse = (what: string): never => {
    throw new UnsupportedError(
      `readProgram: ${what} (node ${name}) is not one that Ascent writes for policies; run the file with ONNX Runtime itself`,
    );
  };
  if (!Object.hasOwn(operators, opType)) refuse(`the operator ${opType}`);
  const { operands = input.length, attributes = {}, optional = [] } = operators[opType]!;
  if (input.length !== operands || input.includes('')) refuse(`a ${opType} of ${input.length} operands`);
  const given = new Map(attribute.map((each) => [each.name, valueOf(each)]));
  for (const [key, value] of given) {
    const known = Object.hasOwn(attributes, key) || optional.includes(key);
    if (!known || value === undefined) refuse(`a ${opType} with the attribute ${key}`);
  }
  for (const [key, allowed] of Object.entries(attributes)) {
    const value = given.get(key);
    if (value === undefined) refuse(`a ${opType} without the attribute ${key}`);
    if (allowed !== 'any' && !allowed.includes(value as number)) refuse(`a ${opType} with ${key} = ${value}`);
  }
}

function readNode({ opType, input, attribute }: NodeProto, values: ReadonlyMap<string, Read>): Read {
  const attributes = Object.fromEntries(attribute.map((each) => [each.name, valueOf(each)]));
  return operators[opType]!.read(
    input.map((operand) => values.get(operand)!),
    attributes as AttributeValues,
  );
}

/** A whole number or several; nothing for attributes of other kinds. */
function valueOf({ type, i = 0, ints = [] }: AttributeProto): number | readonly number[] | undefined {
  if (type === attributeType.int) return i;
  return type === attributeType.ints ? ints : undefined;
}

/** The nodes that some outputs need, in their order. */
function neededNodes({ node }: GraphProto, outputs: readonly string[]): readonly NodeProto[] {
  const needed = new Set(outputs);
  return node
    .toReversed()
    .filter(({ input, output }) => {
      const isNeeded = output.some((name) => needed.has(name));
      if (isNeeded) input.forEach((name) => needed.add(name));
      return isNeeded;
    })
    .reverse();
}

function readConstant({ name, dataType, dims, rawData }: TensorProto): Read {
  const bytes = new Uint8Array(rawData).buffer; // a copy is aligned
  if (dataType === elementType.int64) return { integers: Array.from(new BigInt64Array(bytes), Number) };
  checkFloat(`constant ${name}`, dataType);
  return constant(new Float32Array(bytes), dims);
}

function checkFloat(what: string, type: number): void {
  if (type === elementType.float) return;
  throw new UnsupportedError(`readProgram: ${what} is of element type ${type}, only float32 (1) is read`);
}

function shapeOf({ name, type }: ValueInfoProto, batch: number): Shape {
  checkFloat(`input ${name}`, type.tensorType.elemType);
  return type.tensorType.shape.dim.map(({ dimValue, dimParam }) => {
    if (dimParam === undefined) return dimValue!;
    const [, times = '1', symbol] = /^(?:(\d+)\*)?(.*)$/.exec(dimParam)!;
    if (symbol === batchName) return Number(times) * batch;
    throw new UnsupportedError(
      `readProgram: input ${name} has a size ${dimParam}, only ${batchName} is known`,
    );
  });
}
