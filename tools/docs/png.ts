/** Pictures as PNG files (ISO/IEC 15948): 8 bits a channel, no interlacing, no filter. */
import { crc32, deflateSync } from 'node:zlib';

/** A PNG of red, green and blue, [height, width, 3], with every pixel drawn `scale` x `scale`. */
export function png(pixels: ArrayLike<number>, width: number, height: number, scale = 1): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width * scale, 0);
  header.writeUInt32BE(height * scale, 4);
  header.set([8, 2, 0, 0, 0], 8); // bits, truecolour, deflate, no filter but per line, not interlaced
  const line = 1 + 3 * width * scale;
  const lines = Buffer.alloc(line * height * scale);
  for (let y = 0; y < height * scale; y++) {
    for (let x = 0; x < width * scale; x++) {
      const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * 3;
      for (let c = 0; c < 3; c++) lines[y * line + 1 + 3 * x + c] = pixels[from + c]!;
    }
  }
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const data = deflateSync(lines, { level: 9 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
