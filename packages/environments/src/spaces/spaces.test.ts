import { readFileSync } from 'node:fs';
import { ConfigError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import {
  actionSize,
  box,
  contains,
  dict,
  discrete,
  flatSize,
  flattenAction,
  flattenInto,
  multiBinary,
  multiDiscrete,
  sample,
  tuple,
  unflatten,
  unflattenAction,
  violation,
  type Space,
} from '../index.ts';

type Samples = Record<'Discrete4' | 'Box2' | 'BoxInf' | 'MultiDiscrete' | 'MultiBinary3', number[][]>;
const { samples } = JSON.parse(
  readFileSync(new URL('../../fixtures/spaces.json', import.meta.url), 'utf8'),
) as { samples: (Samples & { seed: number })[] };

const recorded: [keyof Samples, Space][] = [
  ['Discrete4', discrete(4)],
  ['Box2', box({ low: -1, high: 1, shape: [2] })],
  ['BoxInf', box({ low: -Infinity, high: Infinity, shape: [2] })],
  ['MultiDiscrete', multiDiscrete([3, 5])],
  ['MultiBinary3', multiBinary(3)],
];

describe.each(recorded)('%s', (name, space) => {
  test.each(samples)('draws what Gymnasium draws with seed $seed', ({ seed, [name]: expected }) => {
    const random = generator(seed);
    const drawn = expected.map(() => sample(space, random));
    expect(
      drawn.map((value) => (typeof value === 'number' ? [value] : Array.from(value as number[]))),
    ).toEqual(expected);
    expect(drawn.every((value) => contains(space, value))).toBe(true);
  });
});

test('a Box draws numbers without limits first, then those with one, then those with both', () => {
  const space = box({
    low: [0, 0, -Infinity, -Infinity],
    high: [1, Infinity, 2, Infinity],
    dtype: 'float64',
  });
  const random = generator(5);
  const normal = random.standardNormal();
  const above = random.standardExponential();
  const below = 2 - random.standardExponential();
  const between = random.random();
  expect(Array.from(sample(space, generator(5)))).toEqual([between, above, below, normal]);
  const bytes = sample(box({ low: 0, high: 255, shape: [4], dtype: 'uint8' }), generator(0));
  // floor(256 · random) of seed 0: 0.6369…, 0.2697…, 0.0409…, 0.0165…
  expect(bytes).toEqual(Uint8Array.of(163, 69, 10, 4));
});

const nested = dict({
  speed: box({ low: -1, high: 1, shape: [2] }),
  gear: discrete(3, 1),
  lights: tuple([multiBinary(2), multiDiscrete([2, 3])]),
});
const value = {
  gear: 2,
  lights: [
    [1, 0],
    [1, 2],
  ],
  speed: [0.5, -0.25],
};

test('flattening makes choices one-hot and takes the parts of a Dict by sorted name', () => {
  expect(flatSize(nested)).toBe(3 + 2 + 5 + 2);
  const flat = new Float32Array(13);
  flattenInto(nested, value, flat, 1);
  expect(Array.from(flat)).toEqual([0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0.5, -0.25]);
  expect(unflatten(nested, flat, 1)).toEqual({
    gear: 2,
    lights: [Uint8Array.of(1, 0), Int32Array.of(1, 2)],
    speed: Float32Array.of(0.5, -0.25),
  });
});

test('an action’s numbers keep choices as they are', () => {
  expect(actionSize(nested)).toBe(1 + 2 + 2 + 2);
  const numbers = new Float32Array(7);
  flattenAction(nested, value, numbers);
  expect(Array.from(numbers)).toEqual([2, 1, 0, 1, 2, 0.5, -0.25]);
  expect(unflattenAction(nested, numbers)).toMatchObject({ gear: 2 });
  expect(unflattenAction(multiDiscrete([2, 3]), [0, 1, 2], 1)).toEqual(Int32Array.of(1, 2));
});

test('what is sampled from parts is contained and survives flattening', () => {
  const random = generator(1);
  for (let i = 0; i < 20; i++) {
    const drawn = sample(nested, random);
    expect(violation(nested, drawn, 'value')).toBeUndefined();
    const flat = new Float32Array(flatSize(nested));
    flattenInto(nested, drawn, flat);
    expect(unflatten(nested, flat)).toEqual(drawn);
  }
});

test.each<[Space, unknown, string]>([
  [discrete(2), 2, 'x = 2'],
  [discrete(2), 0.5, 'x = 0.5'],
  [discrete(2), '1', 'x = "1"'],
  [discrete(2, 5), 1, 'x = 1'],
  [box({ low: -1, high: 1, shape: [2] }), [0, 1.5], 'x[1] = 1.5'],
  [box({ low: -1, high: 1, shape: [2] }), [NaN, 0], 'x[0] = NaN'],
  [box({ low: -Infinity, high: Infinity, shape: [1] }), [Infinity], 'x[0] = Infinity'],
  [box({ low: -1, high: 1, shape: [2] }), [0], 'x of 1 numbers instead of 2'],
  [box({ low: -1, high: 1, shape: [2] }), 0, 'x = 0, not an array of numbers'],
  [box({ low: 0, high: 255, shape: [1], dtype: 'uint8' }), [1.5], 'x[0] = 1.5'],
  [multiDiscrete([2, 3]), [1, 3], 'x[1] = 3'],
  [multiBinary(2), [0, 2], 'x[1] = 2'],
  [nested, { ...value, speed: [0, NaN] }, 'x.speed[1] = NaN'],
  [
    nested,
    {
      ...value,
      lights: [
        [1, 0],
        [1, 3],
      ],
    },
    'x.lights[1][1] = 3',
  ],
  [nested, { gear: 2 }, 'x = an object (gear)'],
  [nested, null, 'x = null'],
])('%s does not contain %j', (space, wrong, problem) => {
  expect(violation(space, wrong, 'x')).toBe(problem);
});

test('a limit rounded to float32 admits the number it was rounded from', () => {
  expect(contains(box({ low: 0, high: 0.7, shape: [1] }), [0.7])).toBe(true);
});

// As Gymnasium 1.4.0 prints them.
test.each<[Space, string]>([
  [box({ low: -2, high: 2, shape: [1] }), 'Box(-2.0, 2.0, (1,), float32)'],
  [box({ low: -Infinity, high: Infinity, shape: [3, 2] }), 'Box(-inf, inf, (3, 2), float32)'],
  [box({ low: 0, high: 255, shape: [210, 160, 3], dtype: 'uint8' }), 'Box(0, 255, (210, 160, 3), uint8)'],
  [box({ low: [-1, -1, -8], high: [1, 1, 8] }), 'Box([-1. -1. -8.], [1. 1. 8.], (3,), float32)'],
  [
    box({ low: [-4.8, -Infinity, -0.41887903], high: [4.8, Infinity, 0.41887903] }),
    'Box([-4.8               -inf -0.41887903], [4.8               inf 0.41887903], (3,), float32)',
  ],
  [discrete(4), 'Discrete(4)'],
  [discrete(4, -1), 'Discrete(4, start=-1)'],
  [multiDiscrete([3, 15]), 'MultiDiscrete([ 3 15])'],
  [multiBinary(3), 'MultiBinary(3)'],
  [tuple([discrete(2), multiBinary(1)]), 'Tuple(Discrete(2), MultiBinary(1))'],
  [dict({ b: discrete(2), a: discrete(3) }), "Dict('a': Discrete(3), 'b': Discrete(2))"],
])('%s', (space, text) => {
  expect(String(space)).toBe(text);
});

test.each([
  ['crossed limits', () => box({ low: 1, high: 0 }), 'got 1 > 0'],
  ['NaN as limit', () => box({ low: NaN, high: 0 }), 'expected low ≤ high'],
  [
    'limits that miss the shape',
    () => box({ low: [0, 0], high: 1, shape: [3] }),
    'expected 3 numbers in low',
  ],
  [
    'no length',
    () => box({ low: 0, high: 1, shape: [-1] }),
    'expected a shape of whole numbers ≥ 0, got [-1]',
  ],
  ['more than a byte', () => box({ low: 0, high: 300, dtype: 'uint8' }), 'from 0 to 255 for uint8, got 300'],
  ['a name that counts', () => dict({ a: discrete(2), 10: discrete(2) }), 'call it part10'],
  ['no choice', () => discrete(0), 'expected a whole number ≥ 1, got 0'],
  ['no switches', () => multiBinary(0), 'expected a whole number ≥ 1, got 0'],
  ['no choices', () => multiDiscrete([]), 'expected a whole number ≥ 1, got 0'],
])('%s is a ConfigError', (_, make, message) => {
  expect(make).toThrow(ConfigError);
  expect(make).toThrow(message);
});
