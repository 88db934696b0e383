import { discountedReturns, generalizedAdvantage, type AdvantageRecord } from './advantage.ts';

/** 7 steps of 2 environments, recorded with a float64 torch program. */
const golden = {
  discount: 0.97,
  lambda: 0.9,
  rewards: [
    -0.619707716238, 0.573999332185, -0.079803258357, 0.967404449023, -0.776071691233, 0.555154758504,
    0.227393122265, -2.19340581491, -0.312876455552, 0.386904852784, 0.383115229628, -0.715553650835,
    -1.07646322539, -2.10979997199,
  ],
  values: [
    -0.80074903423, -0.00947141650759, 0.870284052427, -0.879723029248, -1.04588365401, -1.10580181967,
    -1.47461491251, -0.0275272518013, 1.1088813341, -1.13024323594, -0.877844089909, -1.64916531106,
    -2.13380285591, 0.741148794377,
  ],
  nextValues: [
    0.824026468177, -0.23155260057, 0.748373419711, -0.455091081595, 0.0485082388589, 0.111311737955,
    2.21769281975, 1.33185878501, 0.361920546046, -0.457287359888, 1.29703731507, 0.778838385432,
    -0.482789080199, 1.04320050102,
  ],
  terminated: [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0],
  truncated: [0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0],
  advantages: [
    0.990282386737, 1.58603133586, 0.0113807498438, 1.40568912912, 0.269811962781, 2.44532216312,
    2.91845345716, 0.774791751573, -1.07069485999, 1.88862232901, 3.0333123916, 0.93361166022, 0.589034222725,
    -1.83904428038,
  ],
  valueTargets: [
    0.189533352507, 1.57655991936, 0.881664802271, 0.525966099876, -0.776071691233, 1.33952034344,
    1.44383854465, 0.747264499772, 0.0381864741126, 0.758379093065, 2.15546830169, -0.715553650835,
    -1.54476863319, -1.097895486,
  ],
};

type FloatArrays = Float64ArrayConstructor | Float32ArrayConstructor;

function recordOf(
  Floats: FloatArrays,
  environments: number,
  part: Partial<Record<keyof AdvantageRecord, number[]>>,
) {
  const size = part.rewards!.length;
  const numbers = (values: number[] = new Array<number>(size).fill(0)) => new Floats(values);
  return {
    environments,
    rewards: numbers(part.rewards),
    values: numbers(part.values),
    nextValues: numbers(part.nextValues),
    terminated: part.terminated ?? new Array<number>(size).fill(0),
    truncated: part.truncated ?? new Array<number>(size).fill(0),
    advantages: numbers(),
    valueTargets: numbers(),
  };
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(tolerance));
}

test.each([
  [Float64Array, 1e-9],
  [Float32Array, 2e-6],
] as const)('%p: advantages and value targets of the recorded rollout', (Floats, tolerance) => {
  const { advantages, valueTargets, ...inputs } = golden;
  const record = recordOf(Floats, 2, inputs);
  generalizedAdvantage(record, golden);
  expectClose(record.advantages, advantages, tolerance);
  expectClose(record.valueTargets, valueTargets, tolerance);
});

// One environment, three rewards of 1, γ = ½, λ = 1, V = 0 inside and 8 after each step.
test.each([
  ['the end of the rollout bootstraps', {}, 1 + 0.5 * (1 + 0.5 * (1 + 0.5 * 8))],
  ['termination has no future', { terminated: [0, 1, 0] }, 1 + 0.5 * 1],
  ['truncation bootstraps and cuts', { truncated: [0, 1, 0] }, 1 + 0.5 * (1 + 0.5 * 8)],
  ['termination wins where both are set', { terminated: [0, 1, 0], truncated: [0, 1, 0] }, 1 + 0.5 * 1],
])('return of the first step: %s', (_, ends, expected) => {
  const rollout = recordOf(Float64Array, 1, { rewards: [1, 1, 1], nextValues: [8, 8, 8], ...ends });
  const returns = new Float64Array(3);
  discountedReturns(rollout, 0.5, returns);
  expect(returns[0]).toBe(expected);
});

test('with λ = 1 the value target is the discounted return, whatever the values inside', () => {
  const inner = [0.3, -0.7, 0.2];
  const record = recordOf(Float64Array, 1, {
    rewards: [1, 2, 3],
    values: inner,
    nextValues: [-0.7, 0.2, 5],
  });
  const returns = new Float64Array(3);
  generalizedAdvantage(record, { discount: 0.9, lambda: 1 });
  discountedReturns(record, 0.9, returns);
  const last = 3 + 0.9 * 5;
  const expected = [1 + 0.9 * (2 + 0.9 * last), 2 + 0.9 * last, last];
  expectClose(record.valueTargets, expected, 1e-12);
  expectClose(returns, expected, 1e-12);
});

test('with λ = 0 the advantage is the one-step error', () => {
  const record = recordOf(Float64Array, 1, { rewards: [1, 2], values: [10, 20], nextValues: [20, 30] });
  generalizedAdvantage(record, { discount: 0.5, lambda: 0 });
  expect([...record.advantages]).toEqual([1 + 10 - 10, 2 + 15 - 20]);
});
