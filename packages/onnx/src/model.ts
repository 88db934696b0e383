/** Programs as ONNX models: IR version 8, opset 15 unless told otherwise. */
import { ConfigError, UnsupportedError } from '@ascent-rl/core/errors';
import { sizeOf, type Program, type ProgramInput, type Shape } from '@ascent-rl/core';
import { symbolicProgram } from './batch.ts';
import { graphWriter, type GraphWriter, type Value } from './graph.ts';
import { lowerProgram } from './program.ts';
import {
  decodeModel,
  elementType,
  encodeModel,
  type ModelProto,
  type TensorProto,
  type ValueInfoProto,
} from './schema.ts';

/** What a model says about itself, and how it is written. */
export interface ModelOptions {
  /** Name of the graph; default `program`. */
  readonly name?: string;
  /** Version of the program that writes, beside its name `ascent`; default none. */
  readonly producerVersion?: string;
  /** Texts by name, kept in the file as `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Input → the number that fills it where a caller leaves it out. In a batch model such an input may also be given
   * for one row, which then holds for the whole batch. ONNX Runtime's JavaScript packages ignore what is fed to an
   * input with a default; its other languages don't.
   */
  readonly defaults?: Readonly<Record<string, number>>;
  /** Version of the operators, 15 to 17; default 15. From 16 on `scatterAdd` needs less memory. */
  readonly opset?: number;
}

/** Name of the symbolic size in a batch model. */
export const batchName = 'batch';

/**
 * The program as an ONNX file, for the shapes written in it. Inputs and outputs keep their names.
 *
 * @throws ConfigError for an unknown opset, or a default of something that is no input.
 * @throws UnsupportedError when an input and an output have the same name.
 */
export function writeModel(program: Program, options: ModelOptions = {}): Uint8Array {
  const { name = 'program', producerVersion = '', metadata = {}, defaults = {}, opset = 15 } = options;
  check(program, defaults, opset);
  const inputNames = program.inputs.map((input) => input.name);
  const graph = graphWriter([...inputNames, ...program.outputs.map((output) => output.name)], (writer) =>
    batchSize(program, writer),
  );
  graph.prefix = 'input';
  const inputs = program.inputs.map(({ name, shape }): Value => {
    const value = { name, shape };
    // A default is one row, also for a batch.
    return defaults[name] === undefined || !isSymbolic(shape)
      ? value
      : graph.node('Expand', [value, graph.integers(shape)], shape);
  });
  const outputs = lowerProgram(program, graph, inputs, opset);
  const { nodes, initializers } = graph.finish(
    program.outputs.map(({ name }, i) => ({ name, value: outputs[i]! })),
  );
  return encodeModel({
    irVersion: 8,
    producerName: 'ascent',
    producerVersion,
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name,
      node: nodes,
      initializer: [
        ...initializers,
        ...program.inputs.flatMap((input) => defaultOf(input, defaults[input.name])),
      ],
      input: program.inputs.map(({ name, shape }) =>
        valueInfo(name, shape, defaults[name] === undefined ? batchName : `${name}_${batchName}`),
      ),
      output: program.outputs.map(({ name }, i) => valueInfo(name, outputs[i]!.shape, batchName)),
    },
  });
}

/**
 * An ONNX file for any batch size. A program has static shapes, so the function is asked for the program at two batch
 * sizes, and what grows with the batch is written as the symbolic size `batch`.
 *
 * @param build - The program for a batch size; the same operations for each.
 * @throws UnsupportedError naming the operation that depends on the batch in another way, or when no input has
 *   the batch as one of its axes.
 *
 * @example
 * ```ts
 * const file = writeBatchModel((batch) => trace(policy, { observation: [batch, 4] }));
 * ```
 */
export function writeBatchModel(build: (batch: number) => Program, options: ModelOptions = {}): Uint8Array {
  return writeModel(symbolicProgram(build), options);
}

/**
 * Reads an ONNX file, to look at what it contains. Texts and numbers that its writer left out are missing.
 *
 * @throws ConfigError when the bytes are no ONNX model.
 */
export function readModel(bytes: Uint8Array): ModelProto {
  let cause: unknown;
  try {
    const model = decodeModel(bytes);
    if (model.graph !== undefined) return model;
  } catch (error) {
    cause = error;
  }
  throw new ConfigError(`readModel: ${bytes.length} bytes that are no ONNX model, or a truncated one`, {
    cause,
  });
}

function check(program: Program, defaults: Readonly<Record<string, number>>, opset: number): void {
  if (![15, 16, 17].includes(opset)) {
    throw new ConfigError(`writeModel: expected an opset from 15 to 17, got ${opset}`);
  }
  const inputs = new Set(program.inputs.map(({ name }) => name));
  for (const name of Object.keys(defaults)) {
    if (!inputs.has(name)) {
      throw new ConfigError(`writeModel: default of ${name}, but the inputs are ${[...inputs].join(', ')}`);
    }
  }
  const both = program.outputs.find(({ name }) => inputs.has(name));
  if (both) {
    throw new UnsupportedError(
      `writeModel: an input and an output are both named ${both.name}, which ONNX does not allow; rename one`,
    );
  }
}

/** The batch as an int64 vector [1], read from the first input that has it as an axis and must be given. */
function batchSize(program: Program, graph: GraphWriter): Value {
  const input = program.inputs.find(({ shape }) => shape.includes(-1));
  if (input === undefined) {
    throw new UnsupportedError(
      'writeBatchModel: no input has the batch as one of its axes; add one that does',
    );
  }
  const axis = input.shape.indexOf(-1);
  return graph.node('Shape', [input], [1], { start: axis, end: axis + 1 });
}

function defaultOf({ name, shape }: ProgramInput, value: number | undefined): TensorProto[] {
  if (value === undefined) return [];
  const dims = shape.map((size) => (size < 0 ? 1 : size));
  const rawData = new Uint8Array(new Float32Array(sizeOf(dims)).fill(value).buffer);
  return [{ name, dataType: elementType.float, dims, rawData }];
}

function valueInfo(name: string, shape: Shape, symbol: string): ValueInfoProto {
  const dim = shape.map((size) => {
    if (size >= 0) return { dimValue: size };
    return { dimParam: size === -1 ? symbol : `${-size}*${symbol}` };
  });
  return { name, type: { tensorType: { elemType: elementType.float, shape: { dim } } } };
}

function isSymbolic(shape: Shape): boolean {
  return shape.some((size) => size < 0);
}
