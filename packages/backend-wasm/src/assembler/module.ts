/** A WebAssembly module: one imported memory, functions, exports. */
import { encode, format, unsigned, type Code } from './instructions.ts';

/** Types of locals. */
export type ValueType = 'i32' | 'f32' | 'v128';

const typeCodes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

/** Hands out the locals of a function that takes `parameters` numbers of type i32. */
export class Locals {
  readonly parameters: number;
  readonly types: ValueType[] = [];

  /** Starts with the parameters only. */
  constructor(parameters = 0) {
    this.parameters = parameters;
  }

  /** Index of a new local. */
  add(type: ValueType): number {
    return this.parameters + this.types.push(type) - 1;
  }
}

/** A function without results. */
export interface FunctionDefinition {
  /** Said in the text form; the functions with `exported` are exported under it. */
  readonly name: string;
  readonly locals: Locals;
  readonly code: Code;
  readonly exported?: boolean;
}

/** Memory as the module imports it, in pages of 64 KiB. */
export interface MemoryImport {
  readonly shared: boolean;
  readonly maximum: number;
}

/** The binary form. The memory is imported as `host.memory`. */
export function encodeModule(
  functions: readonly FunctionDefinition[],
  memory: MemoryImport,
): Uint8Array<ArrayBuffer> {
  const arities = [...new Set(functions.map(({ locals }) => locals.parameters))];
  const limits = memory.shared ? [3, 1, ...unsigned(memory.maximum)] : [0, 1];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      arities.map((arity) => [0x60, ...vector(new Array<number[]>(arity).fill([typeCodes.i32])), 0]),
    ),
    ...section(2, [[...text('host'), ...text('memory'), 0x02, ...limits]]),
    ...section(
      3,
      functions.map(({ locals }) => unsigned(arities.indexOf(locals.parameters))),
    ),
    ...section(
      7,
      functions.flatMap(({ name, exported }, i) => (exported ? [[...text(name), 0x00, ...unsigned(i)]] : [])),
    ),
    ...section(10, functions.map(encodeBody)),
  ]);
}

/** The text form of the functions. */
export function formatModule(functions: readonly FunctionDefinition[]): string {
  return functions
    .map(({ name, locals, code }, i) => {
      const parameters = new Array<string>(locals.parameters).fill('i32').join(' ');
      const head = [
        `func ${i} $${name}`,
        parameters && `(param ${parameters})`,
        `(local ${locals.types.join(' ')})`,
      ];
      return `${head.filter(Boolean).join(' ')}\n${format(code)}\nend`;
    })
    .join('\n\n');
}

function encodeBody({ locals, code }: FunctionDefinition): number[] {
  const bytes = vector(locals.types.map((type) => [1, typeCodes[type]]));
  encode(code, bytes);
  bytes.push(0x0b);
  return [...unsigned(bytes.length), ...bytes];
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return vector([...new TextEncoder().encode(value)].map((byte) => [byte]));
}
