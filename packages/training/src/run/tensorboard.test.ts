import { fileVersionRecord, scalarsRecord, startRecord } from './tensorboard.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The contents of a record, without lengths and checksums. */
const message = (record: Uint8Array): string => hex(record.subarray(12, -4));

// What TensorFlow's own writer leaves for the same numbers: length, checksum, message, checksum.
test.each([
  [
    'a file version',
    fileVersionRecord(1456445596),
    '1800000000000000 a37f4b22 09 00000027e6b3d541 1a0d 627261696e2e4576656e743a32 6a4d0b15',
  ],
  [
    'a scalar',
    scalarsRecord(256.5, 1, { 'v/1': 1.5 }),
    '1900000000000000 8bf10828 09 0000000000087040 1001 2a0c 0a0a 0a03 762f31 15 0000c03f 2cecc087',
  ],
  [
    'a scalar of a later step',
    scalarsRecord(256.5, 2, { 'v/22': 16 }),
    '1a00000000000000 129bd82d 09 0000000000087040 1002 2a0d 0a0b 0a04 762f3232 15 00008041 8fa3b688',
  ],
])('%s is written byte for byte', (_, record, expected) => {
  expect(hex(record)).toBe(expected.replaceAll(' ', ''));
});

// By the encoding rules: key = field · 8 + wire type; Event.step is field 2, .summary 5, .session_log 7.
test('a start names its step, and the session log says START', () => {
  expect(message(startRecord(256.5, 300))).toBe('090000000000087040' + '10ac02' + '3a02' + '0801');
});

test('several scalars are one event, and a step may pass 2³²', () => {
  const values = '0a08' + '0a0161' + '1500000040' + '0a08' + '0a0162' + '1500000080';
  expect(message(scalarsRecord(256.5, 2 ** 35, { a: 2, b: -0 }))).toBe(
    '090000000000087040' + '10808080808001' + '2a14' + values,
  );
});
