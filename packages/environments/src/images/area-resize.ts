/**
 * Resizing by area: a new pixel is the mean of the old ones that it covers, weighted by how much of each it covers
 * (what OpenCV calls INTER_AREA). Images are row-major, [height, width, channels].
 *
 * Lengths are counted in units that divide both grids, so for whole numbers the sums are exact and every way to come
 * to the same image gives the same result.
 */
import type { Numbers, WritableNumbers } from '../spaces/types.ts';

/** Which old places a new one covers along one axis: from `first` on, with these weights, whose sum is the old length. */
interface Cover {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Resizes images of one size to another. */
export interface AreaResizer {
  /** The whole image `from` into `into`, which starts at `offset`. */
  resize(from: Numbers, into: WritableNumbers, offset: number): void;
  /** Only the new pixels that cover something of a rectangle of the old image: the others are left as they are. */
  resizeRegion(
    from: Numbers,
    into: WritableNumbers,
    offset: number,
    x: number,
    y: number,
    width: number,
    height: number,
  ): void;
}

/** From an image of `size` to one of `newSize`, both [height, width]; means are rounded to whole numbers. */
export function areaResizer(
  size: readonly [height: number, width: number],
  newSize: readonly [height: number, width: number],
  channels: number = 1,
): AreaResizer {
  const [height, width] = size;
  const [newHeight, newWidth] = newSize;
  const rows = covers(height, newHeight);
  const columns = covers(width, newWidth);
  const area = height * width;

  const mean = (from: Numbers, row: Cover, column: Cover, channel: number): number => {
    let sum = 0;
    for (let i = 0; i < row.weights.length; i++) {
      let at = ((row.first + i) * width + column.first) * channels + channel;
      let line = 0;
      for (let j = 0; j < column.weights.length; j++, at += channels) line += column.weights[j]! * from[at]!;
      sum += row.weights[i]! * line;
    }
    return Math.round(sum / area);
  };
  const resizeRegion: AreaResizer['resizeRegion'] = (from, into, offset, x, y, regionWidth, regionHeight) => {
    const left = Math.floor((x * newWidth) / width);
    const right = Math.ceil(((x + regionWidth) * newWidth) / width);
    const bottom = Math.ceil(((y + regionHeight) * newHeight) / height);
    for (let row = Math.floor((y * newHeight) / height); row < bottom; row++) {
      let at = offset + (row * newWidth + left) * channels;
      for (let column = left; column < right; column++) {
        for (let c = 0; c < channels; c++) into[at++] = mean(from, rows[row]!, columns[column]!, c);
      }
    }
  };
  return {
    resizeRegion,
    resize: (from, into, offset) => resizeRegion(from, into, offset, 0, 0, width, height),
  };
}

/** One unit is 1 / (length · newLength) of the axis: an old place is `newLength` units long, a new one `length`. */
function covers(length: number, newLength: number): readonly Cover[] {
  return Array.from({ length: newLength }, (_, i) => {
    const start = i * length;
    const first = Math.floor(start / newLength);
    const last = Math.ceil((start + length) / newLength);
    const weights = Array.from({ length: last - first }, (_, j) => {
      const place = (first + j) * newLength;
      return Math.min(place + newLength, start + length) - Math.max(place, start);
    });
    return { first, weights };
  });
}
