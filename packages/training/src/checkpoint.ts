/**
 * Snapshots of a training as bytes, in the safetensors format (https://github.com/huggingface/safetensors), so that
 * other programs can read our checkpoints:
 *
 *   u64 length of the header · header as JSON: name → dtype, shape, data_offsets · the arrays' bytes, little-endian
 *
 * The header's `__metadata__` (strings only, by the format) holds our metadata as JSON text and a checksum over
 * the whole file, computed with the checksum itself written as zeros. Nothing here touches a file system.
 */
import { CheckpointError, NumericalError } from '@ascent-rl/core/errors';
import { crc32c } from './crc32c.ts';
import { guarded } from './guarded.ts';

/** A value that JSON can hold; its numbers must be finite. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An array that a snapshot can hold. */
export type TypedArray =
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** The names that safetensors gives to the types of arrays, widest elements first. */
const arrayTypes = {
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const;

type ArrayType = keyof typeof arrayTypes;

/** Arrays by name. */
export type TypedArrays = { readonly [name: string]: TypedArray };

/** What a snapshot says about itself: its step, and whatever else the training puts there. */
export interface SnapshotMetadata {
  /** Environment steps taken so far. */
  readonly step: number;
  readonly [key: string]: Json;
}

/** Everything that a training needs to go on as if it had never stopped. */
export interface Snapshot {
  /** Plain facts: the step, sizes, names. */
  readonly metadata: SnapshotMetadata;
  /** Parameters, statistics, the states of generators and environments. */
  readonly arrays: TypedArrays;
}

/** Something with a state of typed arrays that a checkpoint keeps. */
export interface Stateful {
  /** The state under names of its own; views, not copies: encode them before going on. */
  state(): TypedArrays;
  /** Takes over a state of the same shapes. Raises CheckpointError naming the array that does not fit. */
  restore(snapshot: Pick<Snapshot, 'arrays'>): void;
}

interface Entry {
  readonly dtype: ArrayType;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

interface OwnMetadata {
  readonly checksum: string;
  readonly snapshot: string;
}

const blankChecksum = '00000000';
const checksumField = (value: string): string => `"checksum":"${value}"`;
const fileChecksum = (header: Uint8Array, data: Uint8Array): string =>
  crc32c(data, crc32c(header)).toString(16).padStart(8, '0');
const encodeText = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * The bytes of a snapshot: a safetensors file. Raises NumericalError for metadata that JSON cannot hold, CheckpointError
 * for more bytes than the engine can hold in one array (4 GiB in Node 20).
 */
export function encodeSnapshot({ metadata, arrays }: Snapshot): Uint8Array {
  const types = Object.keys(arrayTypes) as ArrayType[];
  const typed = Object.entries(arrays).map(([name, array]) => {
    const dtype = types.find((type) => array instanceof arrayTypes[type]);
    if (!dtype)
      throw new CheckpointError(`checkpoint: expected a typed array for "${name}", got ${typeof array}`);
    return { name, dtype, array };
  });
  // Widest elements first, so that each array lies at a multiple of its element's size.
  typed.sort((left, right) => types.indexOf(left.dtype) - types.indexOf(right.dtype));

  const header: Record<string, unknown> = {
    __metadata__: { checksum: blankChecksum, snapshot: jsonText(metadata) },
  };
  let size = 0;
  for (const { name, dtype, array } of typed) {
    header[name] = { dtype, shape: [array.length], data_offsets: [size, (size += array.byteLength)] };
  }
  const unpadded = JSON.stringify(header);
  const padding = (8 - (encodeText(unpadded).length % 8)) % 8; // the data begins at a multiple of 8 bytes
  const text = unpadded + ' '.repeat(padding);
  const headerBytes = encodeText(text);

  const bytes = withMemory('checkpoint', () => new Uint8Array(8 + headerBytes.length + size));
  const data = bytes.subarray(8 + headerBytes.length);
  let offset = 0;
  for (const { array } of typed) {
    data.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += array.byteLength;
  }
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  const checksum = fileChecksum(headerBytes, data);
  bytes.set(encodeText(text.replace(checksumField(blankChecksum), checksumField(checksum))), 8);
  return bytes;
}

/** Makes an array, whose size may be beyond the engine's largest or the memory there is. */
function withMemory<T>(source: string, make: () => T): T {
  return guarded(
    (problem, options) =>
      new CheckpointError(
        `${source}: its arrays do not fit: ${problem}; free memory, or train with a smaller bufferSize`,
        options,
      ),
    make,
  );
}

/** `value` as JSON text. Raises NumericalError for NaN and infinities, which JSON would silently turn into null. */
export function jsonText(value: object, indent?: number): string {
  const finite = (key: string, part: unknown): unknown => {
    if (typeof part === 'number' && !Number.isFinite(part)) {
      throw new NumericalError(`json: expected finite numbers, got ${part} for "${key}"`);
    }
    return part;
  };
  return JSON.stringify(value, finite, indent);
}

/**
 * The snapshot in `bytes`; its arrays are copies. `source` names the file in errors.
 * Raises CheckpointError where the bytes are truncated, corrupt or not a snapshot, or memory is short.
 */
export function decodeSnapshot(bytes: Uint8Array, source = 'checkpoint'): Snapshot {
  const { checksum, snapshot, entries, text, dataStart } = readHeader(bytes, source);
  const blank = encodeText(text.replace(checksumField(checksum), checksumField(blankChecksum)));
  const found = fileChecksum(blank, bytes.subarray(dataStart));
  if (found !== checksum) {
    throw unreadable(source, `expected checksum ${checksum}, got ${found}: the file is truncated or corrupt`);
  }
  const begin = bytes.byteOffset + dataStart;
  const arrays = Object.entries(entries).map(([name, { dtype, data_offsets: offsets }]) => {
    const [start, end] = offsets;
    const construct = arrayTypes[dtype] as new (buffer: ArrayBufferLike) => TypedArray;
    const copy = withMemory(source, () => bytes.buffer.slice(begin + start, begin + end));
    return [name, new construct(copy)] as const;
  });
  return { metadata: JSON.parse(snapshot) as SnapshotMetadata, arrays: Object.fromEntries(arrays) };
}

interface Header extends OwnMetadata {
  readonly entries: Readonly<Record<string, Entry>>;
  readonly text: string;
  readonly dataStart: number;
}

function readHeader(bytes: Uint8Array, source: string): Header {
  if (bytes.length < 8)
    throw unreadable(source, `expected a header, got ${bytes.length} bytes: the file is truncated`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const dataStart = 8 + Number(length);
  if (dataStart > bytes.length) {
    throw unreadable(
      source,
      `expected a header of ${length} bytes, got ${bytes.length - 8}: the file is truncated`,
    );
  }
  const text = new TextDecoder().decode(bytes.subarray(8, dataStart));
  let header: { readonly __metadata__?: OwnMetadata } | null;
  try {
    header = JSON.parse(text) as typeof header;
  } catch (cause) {
    throw unreadable(source, 'expected a safetensors header: the file is corrupt', { cause });
  }
  if (typeof header?.__metadata__?.checksum !== 'string') {
    throw unreadable(source, 'expected a checksum in the metadata: not a checkpoint of Ascent');
  }
  const { __metadata__: own, ...entries } = header;
  return { ...own, entries, text, dataStart };
}

function unreadable(source: string, problem: string, options?: ErrorOptions): CheckpointError {
  return new CheckpointError(`${source}: ${problem}; use another checkpoint or train anew`, options);
}

/**
 * The array `name` of a snapshot, which must have `length` elements.
 * Raises CheckpointError where it is missing or has another length, that is, for another architecture.
 */
export function expectArray({ arrays }: Pick<Snapshot, 'arrays'>, name: string, length: number): TypedArray {
  const array = arrays[name];
  if (array?.length !== length) {
    throw new CheckpointError(
      `checkpoint: expected array "${name}" of shape [${length}], got ${array ? `[${array.length}]` : 'none'}; ` +
        `it belongs to another architecture or environment: resume with the configuration it was made with`,
    );
  }
  return array;
}

/** Copies the array `name` of a snapshot into `target`. Raises CheckpointError where length or type differ. */
export function restoreArray(snapshot: Pick<Snapshot, 'arrays'>, name: string, target: TypedArray): void {
  const array = expectArray(snapshot, name, target.length);
  if (array.constructor !== target.constructor) {
    throw new CheckpointError(
      `checkpoint: expected array "${name}" as ${target.constructor.name}, got ${array.constructor.name}; ` +
        `it was made by another version`,
    );
  }
  (target as Float64Array).set(array as Float64Array);
}
