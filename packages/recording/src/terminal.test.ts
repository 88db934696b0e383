import type { Frame } from '@ascent-rl/environments';
import { terminalPicture } from './index.ts';

/** A frame of the given colours, row by row. */
function frame(width: number, colors: readonly (readonly [number, number, number])[]): Frame {
  const data = Uint8ClampedArray.from(colors.flatMap((color) => [...color, 255]));
  return { width, height: colors.length / width, data };
}

const red = [255, 0, 0] as const;
const blue = [0, 0, 255] as const;
const white = [255, 255, 255] as const;
const black = [0, 0, 0] as const;
const large = { columns: 80, rows: 24 };

test('a character is two pixels: the upper in front, the lower behind', () => {
  expect(terminalPicture(frame(1, [red, blue]), { ...large, colors: 'truecolor' })).toEqual([
    '\u001b[38;2;255;0;0;48;2;0;0;255m▀\u001b[0m',
  ]);
});

test('colours are written where they change', () => {
  const picture = frame(3, [red, red, red, blue, blue, white]);
  expect(terminalPicture(picture, { ...large, colors: 'truecolor' })).toEqual([
    '\u001b[38;2;255;0;0;48;2;0;0;255m▀▀\u001b[48;2;255;255;255m▀\u001b[0m',
  ]);
});

// xterm's cube starts at 16, with the levels 0, 95, 135, 175, 215, 255; its greys 8, 18, … at 232.
test.each([
  [red, 196],
  [white, 231],
  [black, 16],
  [[128, 128, 128] as const, 244],
  [[0, 95, 135] as const, 24],
])('%p is number %d of 256', (color, number) => {
  const [line] = terminalPicture(frame(1, [color, color]), { ...large, colors: 'xterm256' });
  expect(line).toBe(`\u001b[38;5;${number};48;5;${number}m▀\u001b[0m`);
});

test('without colours the background is empty, and the darker the shade, the greater the difference', () => {
  const grey = [128, 128, 128] as const;
  const picture = frame(4, [white, white, black, white, white, grey, black, white]);
  expect(terminalPicture(picture, { ...large, colors: 'none' })).toEqual([' ░█']);
});

test('a picture is as large as fits and keeps its proportions', () => {
  const wide = frame(
    100,
    Array.from({ length: 5000 }, () => white),
  );
  const lines = (columns: number, rows: number): string[] =>
    terminalPicture(wide, { columns, rows, colors: 'none' });
  expect(lines(40, 24)).toHaveLength(10); // 40 x 20 pixels
  expect(lines(400, 5)).toHaveLength(5);
  expect(lines(400, 100)).toHaveLength(25); // not larger than it is
  expect(lines(1, 1)).toHaveLength(1);
});

test('a pixel is the mean of what it covers', () => {
  const picture = frame(2, [red, blue, red, blue, red, blue, red, blue]);
  expect(terminalPicture(picture, { columns: 1, rows: 24, colors: 'truecolor' })).toEqual([
    '\u001b[38;2;128;0;128;48;2;128;0;128m▀\u001b[0m',
  ]);
});
