/**
 * CRC-32C (Castagnoli), the checksum of TensorBoard's event files and of our checkpoints.
 * RFC 3720, appendix B.4; reflected polynomial 0x82F63B78.
 */

const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1;
  return remainder;
});

/**
 * The CRC-32C of `bytes`, an unsigned 32-bit integer. A long message may come in pieces:
 * `crc32c(second, crc32c(first))` is the checksum of both together.
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  let remainder = ~previous;
  for (let i = 0; i < bytes.length; i++)
    remainder = table[(remainder ^ bytes[i]!) & 0xff]! ^ (remainder >>> 8);
  return ~remainder >>> 0;
}
