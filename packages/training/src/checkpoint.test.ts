import { CheckpointError, NumericalError } from '@ascent-rl/core/errors';
import { decodeSnapshot, encodeSnapshot, expectArray, restoreArray, type Snapshot } from './checkpoint.ts';

const snapshot: Snapshot = {
  metadata: { step: 4096, algorithm: 'ppo', nested: { 'say "checksum":"00000000"': [1.5, null, true, 'é'] } },
  arrays: {
    flags: Uint8Array.of(1, 0, 1),
    parameters: Float32Array.of(0.1, -0, NaN, Infinity, 1e-45),
    generator: BigUint64Array.of(2n ** 64n - 1n, 3n),
    counts: Uint32Array.of(2 ** 32 - 1),
    mean: Float64Array.of(Math.PI, Number.MIN_VALUE),
    part: Float32Array.of(9, 1, 2, 9).subarray(1, 3),
    none: new Int32Array(0),
  },
};

test('more than an array can hold is an error that says so', () => {
  const large = new Uint8Array(2 ** 30); // costs nothing until it is written to
  const arrays = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`part ${i}`, large]));
  const encode = () => encodeSnapshot({ metadata: { step: 1 }, arrays });
  expect(encode).toThrow(CheckpointError);
  expect(encode).toThrow(/do not fit: .*; free memory, or train with a smaller bufferSize/);
});

test('a snapshot survives its bytes bit for bit, also out of a larger buffer', () => {
  const bytes = encodeSnapshot(snapshot);
  const shifted = new Uint8Array(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  for (const source of [bytes, shifted, Buffer.from(bytes)]) {
    const { metadata, arrays } = decodeSnapshot(source);
    expect(metadata).toEqual(snapshot.metadata);
    expect(Object.keys(arrays).sort()).toEqual(Object.keys(snapshot.arrays).sort());
    for (const [name, array] of Object.entries(snapshot.arrays)) {
      expect(arrays[name]!.constructor).toBe(array.constructor);
      expect(new Uint8Array(arrays[name]!.buffer)).toEqual(
        new Uint8Array(array.buffer.slice(array.byteOffset, array.byteOffset + array.byteLength)),
      );
    }
  }
});

test('the bytes are those of the safetensors format', () => {
  const bytes = encodeSnapshot(snapshot);
  const view = new DataView(bytes.buffer);
  const headerLength = view.getUint32(0, true);
  expect(view.getUint32(4, true)).toBe(0);
  expect(headerLength % 8).toBe(0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as {
    [name: string]: { dtype: string; shape: number[]; data_offsets: [number, number] };
  };
  const { __metadata__, ...arrays } = header;
  expect(Object.values(__metadata__!).every((value) => typeof value === 'string')).toBe(true);
  expect(arrays['parameters']).toMatchObject({ dtype: 'F32', shape: [5] });
  expect(arrays['flags']).toMatchObject({ dtype: 'U8', shape: [3] });
  expect(view.getFloat64(8 + headerLength + arrays['mean']!.data_offsets[0], true)).toBe(Math.PI);

  // Without holes: the ranges follow one another up to the end of the file.
  const ranges = Object.values(arrays).map(({ data_offsets }) => data_offsets);
  let end = 0;
  for (const [start, stop] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    expect(start).toBe(end);
    end = stop;
  }
  expect(8 + headerLength + end).toBe(bytes.length);
});

test('a file cut at any byte is an error', () => {
  const bytes = encodeSnapshot(snapshot);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeSnapshot(bytes.subarray(0, length), 'a.safetensors')).toThrow(CheckpointError);
  }
  expect(() => decodeSnapshot(bytes.subarray(0, -1), 'a.safetensors')).toThrow(
    /^a\.safetensors: expected checksum [0-9a-f]{8}, got [0-9a-f]{8}: the file is truncated or corrupt; use another/,
  );
});

test('a file with any bit turned is an error', () => {
  const bytes = encodeSnapshot(snapshot);
  for (let at = 0; at < bytes.length; at++) {
    const corrupt = bytes.slice();
    corrupt[at] = corrupt[at]! ^ (1 << (at % 8));
    expect(() => decodeSnapshot(corrupt)).toThrow(CheckpointError);
  }
});

test('a safetensors file of another program is not a checkpoint', () => {
  const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  const bytes = new Uint8Array(8 + header.length + 4);
  bytes[0] = header.length;
  bytes.set(new TextEncoder().encode(header), 8);
  expect(() => decodeSnapshot(bytes)).toThrow('not a checkpoint of Ascent');
});

test('metadata that JSON would change is refused', () => {
  const encode = () => encodeSnapshot({ metadata: { step: 1, best: -Infinity }, arrays: {} });
  expect(encode).toThrow(NumericalError);
  expect(encode).toThrow('got -Infinity for "best"');
});

describe('an array of another architecture', () => {
  const { arrays } = snapshot;

  test.each([
    ['parameters', 7, 'checkpoint: expected array "parameters" of shape [7], got [5]'],
    ['critic', 2, 'checkpoint: expected array "critic" of shape [2], got none'],
  ])('%s is named with both shapes', (name, length, message) => {
    expect(() => expectArray({ arrays }, name, length)).toThrow(CheckpointError);
    expect(() => expectArray({ arrays }, name, length)).toThrow(message);
  });

  test('of another type is refused, of the same copied', () => {
    expect(() => restoreArray({ arrays }, 'part', new Float64Array(2))).toThrow(
      'as Float64Array, got Float32Array',
    );
    const target = new Float32Array(2);
    restoreArray({ arrays }, 'part', target);
    expect([...target]).toEqual([1, 2]);
  });
});
