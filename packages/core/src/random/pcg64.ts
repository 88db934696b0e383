/**
 * PCG64, the generator under NumPy's `default_rng`: a 128-bit linear congruential step, of which XSL-RR makes 64 bits.
 *
 * Source: M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms" (2014), §6.3.
 *
 * JavaScript has no fast 64-bit integers, so numbers are 32-bit limbs, lowest first:
 * words [10] = state [4], increment [4], and the output's low and high half [2].
 */

/** Where the output's halves lie among the words. */
export const low = 8;
/** See {@link low}. */
export const high = 9;

// The multiplier 0x2360ed051fc65da44385df649fccf645.
const m0 = 0x9fccf645;
const m1 = 0x4385df64;
const m2 = 0x1fc65da4;
const m3 = 0x2360ed05;

/** The high 32 bits of a product of unsigned 32-bit numbers, as a signed number. */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const first = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const second = (Math.imul(aLow, bHigh) + (first & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (first >>> 16) + (second >>> 16)) | 0;
}

/** Words of a generator seeded with eight words of a seed sequence (four 64-bit numbers: state, then stream). */
export function pcg64(seed: Uint32Array): Int32Array {
  const words = new Int32Array(10);
  // A seed's 64-bit halves come high half first. The increment is 2 · stream + 1.
  const stream = [seed[6]!, seed[7]!, seed[4]!, seed[5]!];
  stream.forEach((word, i) => (words[4 + i] = (word << 1) | (i === 0 ? 1 : stream[i - 1]! >>> 31)));
  advance(words);
  let carry = 0;
  [seed[2]!, seed[3]!, seed[0]!, seed[1]!].forEach((word, i) => {
    const sum = (words[i]! >>> 0) + word + carry;
    words[i] = sum;
    carry = sum >= 2 ** 32 ? 1 : 0;
  });
  advance(words);
  return words;
}

/** One step: state ← state · multiplier + increment (mod 2¹²⁸), and the output of the new state. */
export function advance(words: Int32Array): void {
  const s0 = words[0]!;
  const s1 = words[1]!;
  const s2 = words[2]!;
  const s3 = words[3]!;

  // Columns of the long multiplication; each sum is exact as a double, and its excess over 32 bits carries over.
  const c0 = (Math.imul(s0, m0) >>> 0) + (words[4]! >>> 0);
  const c1 =
    (c0 > 0xffffffff ? 1 : 0) +
    (words[5]! >>> 0) +
    (multiplyHigh(s0, m0) >>> 0) +
    (Math.imul(s0, m1) >>> 0) +
    (Math.imul(s1, m0) >>> 0);
  const c2 =
    Math.floor(c1 / 2 ** 32) +
    (words[6]! >>> 0) +
    (multiplyHigh(s0, m1) >>> 0) +
    (multiplyHigh(s1, m0) >>> 0) +
    (Math.imul(s0, m2) >>> 0) +
    (Math.imul(s1, m1) >>> 0) +
    (Math.imul(s2, m0) >>> 0);
  const t2 = c2 | 0;
  const t3 =
    (Math.floor(c2 / 2 ** 32) +
      words[7]! +
      multiplyHigh(s0, m2) +
      multiplyHigh(s1, m1) +
      multiplyHigh(s2, m0) +
      Math.imul(s0, m3) +
      Math.imul(s1, m2) +
      Math.imul(s2, m1) +
      Math.imul(s3, m0)) |
    0;
  const t0 = c0 | 0;
  const t1 = c1 | 0;
  words[0] = t0;
  words[1] = t1;
  words[2] = t2;
  words[3] = t3;

  // XSL-RR: the halves xored, rotated right by the top six bits.
  const xorLow = t0 ^ t2;
  const xorHigh = t1 ^ t3;
  const rotation = t3 >>> 26;
  const swap = rotation >= 32;
  const from = swap ? xorHigh : xorLow;
  const into = swap ? xorLow : xorHigh;
  const by = rotation & 31;
  // A shift by 32 is a shift by 0 in JavaScript: shift by 1 and then by the rest.
  words[low] = (from >>> by) | ((into << 1) << (31 - by));
  words[high] = (into >>> by) | ((from << 1) << (31 - by));
}
