import { wholeNumber } from './digits.ts';
import type { Canvas2D } from './index.ts';

/** The rectangles of a number, 10 pixels high with strokes of 1. */
function drawn(value: number): readonly (readonly number[])[] {
  const rectangles: number[][] = [];
  const canvas = { fillStyle: '', fillRect: (...numbers: number[]) => void rectangles.push(numbers) };
  wholeNumber(canvas as unknown as Canvas2D, value, 0, 0, 10, 'black');
  return rectangles;
}

/** The segments of a display by their usual letters, by left, top, width and height. */
const letters: Readonly<Record<string, string>> = {
  '0,0,5.5,1': 'a',
  '4.5,0,1,5.5': 'b',
  '4.5,4.5,1,5.5': 'c',
  '0,9,5.5,1': 'd',
  '0,4.5,1,5.5': 'e',
  '0,0,1,5.5': 'f',
  '0,4.5,5.5,1': 'g',
};

const digits = ['abcdef', 'bc', 'abdeg', 'abcdg', 'bcfg', 'acdfg', 'acdefg', 'abc', 'abcdefg', 'abcdfg'];

test.each(digits.map((text, digit) => [digit, text] as const))(
  '%d has the segments %s',
  (digit, expected) => {
    const lit = drawn(digit).map((rectangle) => letters[rectangle.join(',')]);
    expect(lit.toSorted().join('')).toBe(expected);
  },
);

test('digits stand side by side', () => {
  expect(drawn(21)).toHaveLength(5 + 2);
  expect(Math.max(...drawn(21).map(([left]) => left!))).toBe(12);
});
