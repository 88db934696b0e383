/** Against NumPy 1.24.2 (fixture), and NumPy 2.4.6 where numbers stand in the test: the streams are the same. */
import { readFileSync } from 'node:fs';
import { ConfigError } from '../errors.ts';
import { generator } from './index.ts';
import { advance, high, low, pcg64 } from './pcg64.ts';
import { seedWords } from './seed-sequence.ts';
import { exponentialEdges, normalEdges } from './ziggurat-tables.ts';

interface Recorded {
  readonly seed: number;
  readonly seedseq_u32x8: number[];
  readonly raw: string[];
  readonly random: number[];
  readonly 'uniform_-0.05_0.05': number[];
  readonly normal: number[];
  readonly exponential: number[];
  readonly integers_0_10: number[];
  readonly integers_scalar_0_4: number[];
  readonly permutation_10: number[];
  readonly choice_5_p: number[];
}

const { rng } = JSON.parse(
  readFileSync(new URL('../../fixtures/numpy-random.json', import.meta.url), 'utf8'),
) as { rng: Recorded[] };
const draws = <T>(expected: readonly T[], draw: () => T): T[] => expected.map(() => draw());

describe.each(rng)('seed $seed', (recorded) => {
  const { seed } = recorded;

  test('seed sequence and raw 64-bit output', () => {
    const words = seedWords(seed, [], 8);
    expect([...words]).toEqual(recorded.seedseq_u32x8);
    const state = pcg64(words);
    const raw = draws(recorded.raw, () => {
      advance(state);
      return ((BigInt(state[high]! >>> 0) << 32n) | BigInt(state[low]! >>> 0)).toString();
    });
    expect(raw).toEqual(recorded.raw);
  });

  test.each([
    ['random', recorded.random, (random) => random.random()],
    ['uniform', recorded['uniform_-0.05_0.05'], (random) => random.uniform(-0.05, 0.05)],
    ['normal', recorded.normal, (random) => random.standardNormal()],
    ['exponential', recorded.exponential, (random) => random.standardExponential()],
    ['integers below 10', recorded.integers_0_10, (random) => random.integers(0, 10)],
    ['integers below 4', recorded.integers_scalar_0_4, (random) => random.integers(0, 4)],
    ['choice', recorded.choice_5_p, (random) => random.choice(5, [0.1, 0.2, 0.3, 0.2, 0.2])],
  ] as [string, number[], (random: ReturnType<typeof generator>) => number][])('%s', (_, expected, draw) => {
    const random = generator(seed);
    expect(draws(expected, () => draw(random))).toEqual(expected);
  });

  test('permutation', () => {
    expect([...generator(seed).permutation(10)]).toEqual(recorded.permutation_10);
  });
});

test('the rare branches of the ziggurats, over 200,000 draws each', () => {
  const random = generator(7);
  const normal = new Float64Array(200_000);
  random.fillNormal(normal);
  const exponential = Float64Array.from(normal, () => random.standardExponential());
  const ends = (values: Float64Array) => {
    const sorted = values.toSorted();
    return [values[0], values.at(-1), sorted.at(-1), sorted[0]];
  };
  expect(ends(normal.slice(0, 100_000)).slice(0, 2)).toEqual([0.0012301533574825742, 0.8518898525107713]);
  expect(ends(normal).slice(2)).toEqual([4.522829666849905, -4.502222241099144]);
  expect(ends(exponential)).toEqual([
    0.5957040011898577, 1.0966870676067844, 14.404980909981422, 1.8817230470142777e-5,
  ]);
  expect(random.integers(0, 1000)).toBe(327);
});

test.each([
  ['normal', normalEdges, (x: number) => Math.exp(-0.5 * x * x)],
  ['exponential', exponentialEdges, (x: number) => Math.exp(-x)],
])('the layers of the %s ziggurat have one area', (_, edges, density) => {
  const area = edges[0]! * density(edges[255]!);
  for (let i = 2; i < 256; i++) {
    expect(Math.abs((edges[i]! * (density(edges[i - 1]!) - density(edges[i]!))) / area - 1)).toBeLessThan(
      5e-14,
    );
  }
});

test('wide intervals use every bit', () => {
  const random = generator(3);
  random.shuffle(Array.from({ length: 1000 }, (_, i) => i));
  expect([...random.permutation(300).slice(0, 5)]).toEqual([6, 156, 222, 169, 161]);
  expect([random.integers(0, 3e9), random.integers(0, 3e9)]).toEqual([952405499, 1692397879]);
  expect(generator(0).integers(5, 6)).toBe(5);
});

test('32-bit draws buffer the other half of a 64-bit draw, and a state keeps it', () => {
  const random = generator(11);
  expect([random.random(), random.integers(0, 10)]).toEqual([0.12857020276919962, 7]);
  const state = JSON.parse(JSON.stringify(random.state())) as ReturnType<typeof random.state>;
  expect([random.random(), random.integers(0, 10)]).toEqual([0.6014983576233575, 4]);
  const other = generator(0);
  other.restore(state);
  expect([other.random(), other.integers(0, 10)]).toEqual([0.6014983576233575, 4]);
});

test('a key and spawn give the streams of NumPy’s spawn_key', () => {
  expect(generator(2 ** 40 + 7, [2 ** 35, 9]).random()).toBe(0.636544308824984);
  const spawned = generator(5)
    .spawn(3)
    .map((random) => random.random());
  expect(spawned).toEqual([0.4031184756244418, 0.2531538239071238, 0.6337294897074003]);
});

test('fillUniform draws what uniform draws', () => {
  const filled = new Float32Array(5);
  generator(1).fillUniform(filled, -2, 3);
  const random = generator(1);
  expect([...filled]).toEqual([...filled].map(() => Math.fround(random.uniform(-2, 3))));
});

test.each([
  ['a negative seed', () => generator(-1), 'expected seed to be a whole number'],
  ['a fractional key', () => generator(0, [0.5]), 'expected key to be a whole number'],
  ['an empty interval', () => generator(0).integers(3, 3), 'got low 3 and high 3'],
  ['a sum other than 1', () => generator(0).choice(2, [0.5, 0.6]), 'got a sum of 1.1'],
  ['NaN as probability', () => generator(0).choice(2, [NaN, 1]), 'got probabilities[0] = NaN'],
  ['too few probabilities', () => generator(0).choice(3, [0.5, 0.5]), 'expected 3 probabilities'],
])('%s is a ConfigError', (_, draw, message) => {
  expect(draw).toThrow(ConfigError);
  expect(draw).toThrow(message);
});
