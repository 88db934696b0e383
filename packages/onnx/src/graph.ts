/**
 * Writing down an ONNX graph: nodes and constants get names, equal ones are written once, and in the end what no
 * output needs is left out.
 *
 * Sizes may be symbolic: in the shapes of a batch program (see `batch.ts`) −c stands for c times the batch.
 */
import type { Shape } from '@ascent-rl/core';
import {
  attributeType,
  elementType,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
} from './schema.ts';

/** A value of the graph. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
}

/** Attributes of a node: whole numbers, alone or in a list, and words. */
export type NodeAttributes = Readonly<Record<string, number | readonly number[] | string>>;

/** A graph in the making. */
export interface GraphWriter {
  /** Where following names start from, e.g. `tanh_3`. */
  prefix: string;
  /** Adds an operation of one result. */
  node(opType: string, inputs: readonly Value[], shape: Shape, attributes?: NodeAttributes): Value;
  /** A float32 constant. */
  floats(data: ArrayLike<number>, shape: Shape): Value;
  /** An int64 vector of positions or sizes, as operands like Slice's take; symbolic sizes are filled in when running. */
  integers(numbers: readonly number[]): Value;
  /** An int64 vector of exactly these numbers. */
  constantIntegers(numbers: readonly number[]): Value;
  /** The finished parts, with exactly what the outputs need. */
  finish(outputs: readonly { readonly name: string; readonly value: Value }[]): {
    readonly nodes: readonly NodeProto[];
    readonly initializers: readonly TensorProto[];
  };
}

/**
 * Starts a graph.
 *
 * @param reserved - Names of inputs and outputs, which nothing else may take.
 * @param batch - The batch as an int64 vector [1], made when it is first needed.
 */
export function graphWriter(reserved: Iterable<string>, batch: (graph: GraphWriter) => Value): GraphWriter {
  const names = new Set(reserved);
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const written = new Map<string, Value>();

  /** Writes something down unless its equal was written before. */
  function once(key: string, shape: Shape, write: (name: string) => void): Value {
    const known = written.get(key);
    if (known !== undefined) return known;
    let name = graph.prefix;
    for (let i = 1; names.has(name); i++) name = `${graph.prefix}_${i}`;
    names.add(name);
    const value = { name, shape };
    written.set(key, value);
    write(name);
    return value;
  }

  function initializer(dataType: number, data: Float32Array | BigInt64Array, dims: readonly number[]): Value {
    const rawData = new Uint8Array(data.buffer);
    const content = rawData.length > largestShared ? initializers.length : rawData.join();
    return once(`${dataType} [${dims.join()}] ${content}`, dims, (name) => {
      initializers.push({ name, dataType, dims, rawData });
    });
  }

  const graph: GraphWriter = {
    prefix: '',
    node(opType, inputs, shape, attributes = {}) {
      const input = inputs.map(({ name }) => name);
      return once(`${opType} ${JSON.stringify([input, attributes])}`, shape, (name) => {
        const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
        nodes.push({ name, opType, input, output: [name], attribute });
      });
    },
    floats: (data, shape) => initializer(elementType.float, Float32Array.from(data), shape),
    constantIntegers: (numbers) =>
      initializer(elementType.int64, BigInt64Array.from(numbers, BigInt), [numbers.length]),
    integers(numbers) {
      if (numbers.every((number) => number >= 0)) return graph.constantIntegers(numbers);
      const parts = numbers.map((number) => {
        if (number >= 0) return graph.constantIntegers([number]);
        const size = batch(graph);
        return number === -1 ? size : graph.node('Mul', [size, graph.constantIntegers([-number])], [1]);
      });
      return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, [parts.length], { axis: 0 });
    },
    finish(outputs) {
      const needed = new Set(outputs.map(({ value }) => value.name));
      const kept = nodes.toReversed().filter(({ name, input }) => {
        if (needed.has(name)) input.forEach((operand) => needed.add(operand));
        return needed.has(name);
      });
      const produced = new Set(kept.map(({ name }) => name));
      const renamed = new Map<string, string>();
      const copies: NodeProto[] = [];
      for (const { name, value } of outputs) {
        // A node's result takes the output's name; an input, a constant, or a value that left already is copied.
        if (produced.has(value.name) && !renamed.has(value.name)) renamed.set(value.name, name);
        else copies.push({ name, opType: 'Identity', input: [value.name], output: [name], attribute: [] });
      }
      const rename = (name: string) => renamed.get(name) ?? name;
      return {
        nodes: [...kept.reverse(), ...copies].map((node) => ({
          ...node,
          input: node.input.map(rename),
          output: node.output.map(rename),
        })),
        initializers: initializers.filter(({ name }) => needed.has(name)),
      };
    },
  };

  return graph;
}

/** Longer constants, in bytes, are not compared with each other. */
const largestShared = 512;

function attributeOf(name: string, value: NodeAttributes[string]): AttributeProto {
  if (typeof value === 'number') return { name, type: attributeType.int, i: value };
  if (typeof value === 'string') {
    return { name, type: attributeType.string, s: new TextEncoder().encode(value) };
  }
  return { name, type: attributeType.ints, ints: value };
}
