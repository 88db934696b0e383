import omggif from 'omggif';
import type { Frame } from '@ascent-rl/environments';
import { gif, mp4 } from './index.ts';

/** A frame with a white square in the colour's field. */
function square(color: readonly [number, number, number], left: number, size = 32): Frame {
  const data = new Uint8ClampedArray(4 * size * size);
  for (let i = 0; i < size * size; i++) {
    const isInside = i % size >= left && i % size < left + 4 && i < 4 * size;
    data.set(isInside ? [255, 255, 255, 255] : [...color, 255], 4 * i);
  }
  return { width: size, height: size, data };
}

const field = [40, 120, 200] as const;

test('a GIF shows what was added, drawn over the frame before', () => {
  const frames = [0, 3, 3, 10].map((left) => square(field, left));
  const film = gif({ framesPerSecond: 30 });
  for (const frame of frames) film.add(frame);
  const reader = new omggif.GifReader(Buffer.from(film.finish()));
  expect([reader.width, reader.height, reader.numFrames()]).toEqual([32, 32, 4]);
  const shown = new Uint8Array(4 * 32 * 32);
  frames.forEach((frame, i) => {
    reader.decodeAndBlitFrameRGBA(i, shown);
    expect(Array.from(shown)).toEqual(Array.from(frame.data));
  });
});

// A GIF counts in hundredths of a second: 10 frames at 30 a second are 33 of them, neither 30 nor 40.
test.each([
  [30, 10, [3, 4, 3, 3, 4, 3, 3, 4, 3, 3]],
  [50, 3, [2, 2, 2]],
  [60, 6, [3, 4, 3]],
])('a GIF of %d frames a second keeps its pace', (framesPerSecond, count, delays) => {
  const film = gif({ framesPerSecond });
  for (let i = 0; i < count; i++) film.add(square(field, i));
  const reader = new omggif.GifReader(Buffer.from(film.finish()));
  expect(delays.map((_, i) => reader.frameInfo(i).delay)).toEqual(delays);
  expect(reader.numFrames()).toBe(delays.length);
});

/** Where a box of an MP4 begins. */
const box = (file: Buffer, name: string): number => file.indexOf(name, 'latin1');

test('an MP4 holds every frame, at their rate, in an even size', async () => {
  const listeners = process.listenerCount('unhandledRejection');
  const film = await mp4({ framesPerSecond: 25 });
  for (let i = 0; i < 10; i++) film.add(square(field, i, 33));
  const file = Buffer.from(film.finish());
  expect(box(file, 'ftyp')).toBe(4);
  // ISO/IEC 14496-12: stsz counts samples 12 bytes on; avc1 has width and height 28 bytes on; mdhd time scale, duration.
  expect(file.readUInt32BE(box(file, 'stsz') + 12)).toBe(10);
  expect([28, 30].map((at) => file.readUInt16BE(box(file, 'avc1') + at))).toEqual([32, 32]);
  const [scale, duration] = [16, 20].map((at) => file.readUInt32BE(box(file, 'mdhd') + at));
  expect(duration! / scale!).toBeCloseTo(10 / 25, 6);
  expect(process.listenerCount('unhandledRejection')).toBe(listeners);
});

test.each([
  [0.5, 3, 6],
  [2.5, 25, 10],
])('an MP4 of %d frames a second lasts as long as its %d frames', async (framesPerSecond, count, seconds) => {
  const film = await mp4({ framesPerSecond });
  for (let i = 0; i < count; i++) film.add(square(field, i));
  const file = Buffer.from(film.finish());
  const [scale, duration] = [16, 20].map((at) => file.readUInt32BE(box(file, 'mdhd') + at));
  expect(duration! / scale!).toBeCloseTo(seconds, 6);
});

test('films refuse to be empty, an MP4 also to be tiny', async () => {
  for (const film of [gif({ framesPerSecond: 10 }), await mp4({ framesPerSecond: 10 })]) {
    expect(() => film.finish()).toThrow('film: expected at least one frame, got none');
  }
  const film = await mp4({ framesPerSecond: 10 });
  expect(() => film.add(square(field, 0, 1))).toThrow('expected frames of at least 2 x 2 pixels, got 1 x 1');
});

test('films refuse frames of another size, and rates that are none', async () => {
  for (const film of [gif({ framesPerSecond: 10 }), await mp4({ framesPerSecond: 10 })]) {
    film.add(square(field, 0));
    expect(() => film.add(square(field, 0, 16))).toThrow(/expected frames of 32 x 32 .* got 16 x 16/);
  }
  expect(() => gif({ framesPerSecond: 0 })).toThrow(/expected framesPerSecond > 0, got 0/);
  await expect(mp4({ framesPerSecond: NaN })).rejects.toThrow(/got NaN/);
});
