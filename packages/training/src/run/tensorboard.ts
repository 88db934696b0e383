/**
 * TensorBoard event files: a sequence of TFRecords, each holding one Event.
 *
 *   record: u64 length · u32 masked CRC-32C of the length · data · u32 masked CRC-32C of the data, little-endian
 *
 * tensorflow/core/lib/io/record_writer.h; the messages are those of tensorboard/compat/proto/event.proto and
 * summary.proto, of which a training needs six fields.
 */
import { crc32c } from '../crc32c.ts';

/** The record that opens a file: the version of the format. `time` is in seconds since 1970. */
export function fileVersionRecord(time: number): Uint8Array {
  return record([...double(1, time), ...bytes(3, text('brain.Event:2'))]);
}

/**
 * The record that says that a training (re)starts: TensorBoard then drops what earlier files say of `step` and later
 * steps.
 */
export function startRecord(time: number, step: number): Uint8Array {
  const start = [...key(1, 0), 1]; // SessionLog.status = START
  return record([...double(1, time), ...integer(2, step), ...bytes(7, start)]);
}

/** The record of some numbers by name at one step. */
export function scalarsRecord(
  time: number,
  step: number,
  scalars: Readonly<Record<string, number>>,
): Uint8Array {
  const summary = Object.entries(scalars).flatMap(([tag, value]) =>
    bytes(1, [...bytes(1, text(tag)), ...float(2, value)]),
  );
  return record([...double(1, time), ...integer(2, step), ...bytes(5, summary)]);
}

/** Frames one message. */
function record(message: readonly number[]): Uint8Array {
  const framed = new Uint8Array(16 + message.length);
  const view = new DataView(framed.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, maskedChecksum(framed.subarray(0, 8)), true);
  framed.set(message, 12);
  view.setUint32(12 + message.length, maskedChecksum(framed.subarray(12, 12 + message.length)), true);
  return framed;
}

/** Rotated and shifted, since a checksum of data that holds checksums is weak. */
function maskedChecksum(data: Uint8Array): number {
  const checksum = crc32c(data);
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}

/** Protocol Buffers: a field is its number and wire type, then its value. */
const key = (field: number, wireType: number): number[] => varint(field * 8 + wireType);
const integer = (field: number, value: number): number[] => [...key(field, 0), ...varint(value)];
const double = (field: number, value: number): number[] => [
  ...key(field, 1),
  ...new Uint8Array(Float64Array.of(value).buffer),
];
const bytes = (field: number, value: ArrayLike<number>): number[] => [
  ...key(field, 2),
  ...varint(value.length),
  ...Array.from(value),
];
const float = (field: number, value: number): number[] => [
  ...key(field, 5),
  ...new Uint8Array(Float32Array.of(value).buffer),
];
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Seven bits a byte, lowest first; by division, since steps may pass 2³¹. */
function varint(value: number): number[] {
  const digits: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) digits.push((value % 128) + 128);
  return [...digits, value];
}
