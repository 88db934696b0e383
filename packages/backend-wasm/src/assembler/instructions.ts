/**
 * WebAssembly instructions by the names of its text format. Code is a nested list of instructions, so that
 * emitting functions return it and compose it; it is flattened once, into bytes or into text.
 */

/** What follows an opcode. */
type Immediate = 'u32' | 'i32' | 'f32' | 'memory' | 'lane' | 'lanes' | 'v128' | 'block' | 'zero' | 'zeros';

interface Opcode {
  readonly bytes: readonly number[];
  readonly immediates: readonly Immediate[];
}

const plain = (code: number, ...immediates: Immediate[]): Opcode => ({ bytes: [code], immediates });
const bulk = (code: number, ...immediates: Immediate[]): Opcode => ({ bytes: [0xfc, code], immediates });
const simd = (code: number, ...immediates: Immediate[]): Opcode => ({
  bytes: [0xfd, ...unsigned(code)],
  immediates,
});
const atomic = (code: number, ...immediates: Immediate[]): Opcode => ({ bytes: [0xfe, code], immediates });

const opcodes = {
  unreachable: plain(0x00),
  block: plain(0x02, 'block'),
  loop: plain(0x03, 'block'),
  if: plain(0x04, 'block'),
  end: plain(0x0b),
  br: plain(0x0c, 'u32'),
  br_if: plain(0x0d, 'u32'),
  call: plain(0x10, 'u32'),
  drop: plain(0x1a),
  'local.get': plain(0x20, 'u32'),
  'local.set': plain(0x21, 'u32'),
  'local.tee': plain(0x22, 'u32'),
  'f32.load': plain(0x2a, 'memory'),
  'f32.store': plain(0x38, 'memory'),
  'i32.const': plain(0x41, 'i32'),
  'i64.const': plain(0x42, 'i32'),
  'f32.const': plain(0x43, 'f32'),
  'i32.lt_s': plain(0x48),
  'i32.lt_u': plain(0x49),
  'i32.ge_s': plain(0x4e),
  'i32.ge_u': plain(0x4f),
  'f32.ne': plain(0x5c),
  'i32.add': plain(0x6a),
  'i32.sub': plain(0x6b),
  'i32.mul': plain(0x6c),
  'f32.add': plain(0x92),
  'f32.convert_i32_s': plain(0xb2),
  'i32.trunc_sat_f32_s': bulk(0x00),
  'memory.copy': bulk(0x0a, 'zeros'),
  'memory.fill': bulk(0x0b, 'zero'),
  'v128.load': simd(0x00, 'memory'),
  'v128.load32_splat': simd(0x09, 'memory'),
  'v128.store': simd(0x0b, 'memory'),
  'v128.const': simd(0x0c, 'v128'),
  'i8x16.shuffle': simd(0x0d, 'lanes'),
  'f32x4.splat': simd(0x13),
  'f32x4.eq': simd(0x41),
  'f32x4.ne': simd(0x42),
  'f32x4.lt': simd(0x43),
  'v128.not': simd(0x4d),
  'v128.and': simd(0x4e),
  'v128.or': simd(0x50),
  'v128.bitselect': simd(0x52),
  'v128.load32_lane': simd(0x56, 'memory', 'lane'),
  'v128.store32_lane': simd(0x5a, 'memory', 'lane'),
  'i32x4.shl': simd(0xab),
  'i32x4.shr_s': simd(0xac),
  'i32x4.add': simd(0xae),
  'i32x4.sub': simd(0xb1),
  'f32x4.abs': simd(0xe0),
  'f32x4.neg': simd(0xe1),
  'f32x4.sqrt': simd(0xe3),
  'f32x4.add': simd(0xe4),
  'f32x4.sub': simd(0xe5),
  'f32x4.mul': simd(0xe6),
  'f32x4.div': simd(0xe7),
  'f32x4.min': simd(0xe8),
  'f32x4.max': simd(0xe9),
  'f32x4.pmin': simd(0xea),
  'f32x4.pmax': simd(0xeb),
  'f32x4.convert_i32x4_s': simd(0xfa),
  'f32x4.relaxed_madd': simd(0x105),
  'memory.atomic.wait32': atomic(0x01, 'memory'),
  'i32.atomic.load': atomic(0x10, 'memory'),
  'i32.atomic.rmw.add': atomic(0x1e, 'memory'),
} as const satisfies Record<string, Opcode>;

/** Name of an instruction. */
export type Mnemonic = keyof typeof opcodes;

/** An instruction with its immediates. A `memory` immediate is [byte offset]; `lanes` and `v128` are lists. */
export type Instruction = readonly [Mnemonic, ...(number | readonly number[])[]];

/** Instructions in order. */
export type Code = readonly (Instruction | Code)[];

function isInstruction(item: Instruction | Code): item is Instruction {
  return typeof item[0] === 'string';
}

/** Visits every instruction in order. */
export function visit(code: Code, each: (instruction: Instruction) => void): void {
  for (const item of code) {
    if (isInstruction(item)) each(item);
    else visit(item, each);
  }
}

/** Appends the binary form. */
export function encode(code: Code, bytes: number[]): void {
  visit(code, ([mnemonic, ...values]) => {
    const opcode: Opcode = opcodes[mnemonic];
    bytes.push(...opcode.bytes);
    let next = 0;
    for (const immediate of opcode.immediates) {
      encodeImmediate(immediate, immediate.startsWith('zero') ? 0 : values[next++]!, bytes);
    }
  });
}

const scratch = new DataView(new ArrayBuffer(4));

function encodeImmediate(kind: Immediate, value: number | readonly number[], bytes: number[]): void {
  switch (kind) {
    case 'u32':
      return void bytes.push(...unsigned(value as number));
    case 'i32':
      return void bytes.push(...signed(value as number));
    case 'f32':
      scratch.setFloat32(0, value as number, true);
      for (let i = 0; i < 4; i++) bytes.push(scratch.getUint8(i));
      return;
    case 'memory':
      // Alignment 4 bytes, the least a number has; vectors need not be aligned to their size.
      return void bytes.push(2, ...unsigned(value as number));
    case 'lane':
      return void bytes.push(value as number);
    case 'lanes':
    case 'v128':
      return void bytes.push(...(value as readonly number[]));
    case 'block':
      return void bytes.push(0x40);
    case 'zero':
      return void bytes.push(0);
    case 'zeros':
      return void bytes.push(0, 0);
  }
}

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    const byte = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? byte + 128 : byte);
  } while (value > 0);
  return bytes;
}

/** Signed LEB128 of 32 bits. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

/** Prints code in the text format, indented by block. */
export function format(code: Code): string {
  const lines: string[] = [];
  let depth = 1;
  visit(code, ([mnemonic, ...values]) => {
    if (mnemonic === 'end') depth -= 1;
    const shown = values.map((value) => describe(mnemonic, value));
    lines.push(`${'  '.repeat(depth)}${[mnemonic, ...shown].join(' ')}`);
    if (mnemonic === 'block' || mnemonic === 'loop' || mnemonic === 'if') depth += 1;
  });
  return lines.join('\n');
}

function describe(mnemonic: Mnemonic, value: number | readonly number[]): string {
  if (typeof value !== 'number') return value.join(' ');
  const opcode: Opcode = opcodes[mnemonic];
  return opcode.immediates[0] === 'memory' ? `offset=${value}` : String(value);
}
