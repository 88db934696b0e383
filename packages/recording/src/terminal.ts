/**
 * Pictures as text. With colours a character is two pixels, one above the other: the upper half block ▀ in the colour
 * of the upper one on the colour of the lower one. Without colours it is a shade, the darker the more it differs from
 * the background.
 */
import type { Frame } from '@ascent-rl/environments';

/** What a terminal can show: 24-bit colours, the 256 of xterm, or none. */
export type TerminalColors = 'truecolor' | 'xterm256' | 'none';

/** Options of {@link terminalPicture}. */
export interface TerminalPictureOptions {
  /** Characters of a line, at least 1. */
  readonly columns: number;
  /** Lines, at least 1. */
  readonly rows: number;
  /** What the terminal can show. */
  readonly colors: TerminalColors;
}

const reset = '\u001b[0m';
const shades = ' ░▒▓█';

/** The lines of a picture, as large as fits; a character is taken to be twice as high as wide. */
export function terminalPicture(frame: Frame, { columns, rows, colors }: TerminalPictureOptions): string[] {
  const scale = Math.min(columns / frame.width, (2 * rows) / frame.height, 1);
  const width = Math.max(1, Math.floor(frame.width * scale));
  const lines = Math.max(1, Math.floor((frame.height * scale) / 2));
  const pixels = shrink(frame, width, 2 * lines);
  return Array.from({ length: lines }, (_, line) => {
    const upper = 3 * width * 2 * line;
    const pairs = Array.from({ length: width }, (_, i): readonly [Color, Color] => {
      const at = upper + 3 * i;
      return [colorAt(pixels, at), colorAt(pixels, at + 3 * width)];
    });
    return colors === 'none' ? shadedLine(pairs, colorAt(pixels, 0)) : coloredLine(pairs, colors);
  });
}

type Color = readonly [red: number, green: number, blue: number];

const colorAt = (pixels: Float64Array, at: number): Color => [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];

/** Means over the part of the frame that each pixel [height, width, 3] covers. */
function shrink(frame: Frame, width: number, height: number): Float64Array {
  const pixels = new Float64Array(3 * width * height);
  const edge = (i: number, from: number, to: number): number => Math.floor((i * from) / to);
  for (let y = 0; y < height; y++) {
    const top = edge(y, frame.height, height);
    const bottom = Math.max(top + 1, edge(y + 1, frame.height, height));
    for (let x = 0; x < width; x++) {
      const left = edge(x, frame.width, width);
      const right = Math.max(left + 1, edge(x + 1, frame.width, width));
      const at = 3 * (y * width + x);
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          const from = 4 * (row * frame.width + column);
          for (let i = 0; i < 3; i++) pixels[at + i]! += frame.data[from + i]!;
        }
      }
      const count = (bottom - top) * (right - left);
      for (let i = at; i < at + 3; i++) pixels[i] = Math.round(pixels[i]! / count);
    }
  }
  return pixels;
}

/** Escape sequences are written where a colour changes only. */
function coloredLine(pairs: readonly (readonly [Color, Color])[], colors: TerminalColors): string {
  const code =
    colors === 'truecolor'
      ? (color: Color) => `2;${color.join(';')}`
      : (color: Color) => `5;${xterm256(color)}`;
  let front = '';
  let back = '';
  const text = pairs.map(([upper, lower]) => {
    const [nextFront, nextBack] = [`38;${code(upper)}`, `48;${code(lower)}`];
    const changed = [nextFront !== front && nextFront, nextBack !== back && nextBack].filter(Boolean);
    [front, back] = [nextFront, nextBack];
    return changed.length > 0 ? `\u001b[${changed.join(';')}m▀` : '▀';
  });
  return text.join('') + reset;
}

/** The nearest of xterm's 6 x 6 x 6 colours, or of its 24 greys for a grey. */
function xterm256(color: Color): number {
  const [red, green, blue] = color;
  if (red === green && green === blue && red > 4 && red < 247)
    return 232 + Math.min(23, Math.round((red - 8) / 10));
  const level = (value: number): number => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40));
  return 16 + 36 * level(red) + 6 * level(green) + level(blue);
}

function shadedLine(pairs: readonly (readonly [Color, Color])[], background: Color): string {
  const difference = (color: Color): number =>
    Math.max(...color.map((value, i) => Math.abs(value - background[i]!)));
  const text = pairs.map(([upper, lower]) => {
    const share = (difference(upper) + difference(lower)) / 510;
    return shades[Math.ceil(share * (shades.length - 1))];
  });
  return text.join('').trimEnd();
}
