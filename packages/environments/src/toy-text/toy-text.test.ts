/** Toy text plays as Gymnasium's does, draw for draw; and models have the values that books print. */
import { readFileSync } from 'node:fs';
import { ConfigError } from '@ascent-rl/core/errors';
import {
  builtinEnvironments,
  cliffWalking,
  frozenLake,
  gridWorld,
  makeEnvironment,
  makeVectorEnvironment,
  randomLake,
  taxi,
  type EnvironmentOptions,
  type FiniteModel,
} from '../index.ts';

interface Run {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly limit: number | null;
  readonly observationSpace: string;
  readonly actionSpace: string;
  readonly starts: readonly unknown[];
  readonly actions: readonly number[];
  readonly observations: readonly unknown[];
  readonly rewards: readonly number[];
  /** A number a step: 1 terminated, 2 truncated. */
  readonly ends: readonly number[];
  readonly probabilities?: readonly number[] | null;
  readonly masks?: readonly string[];
}

const { runs, lakes } = JSON.parse(
  readFileSync(new URL('../../fixtures/toy-text.json', import.meta.url), 'utf8'),
) as { runs: Run[]; lakes: { size: number; frozen: number; seed: number; map: string }[] };

/** Our names for the options of Gymnasium that were recorded. */
const names: Readonly<Record<string, (value: unknown) => EnvironmentOptions>> = {
  is_slippery: (slippery) => ({ slippery }),
  success_rate: (successRate) => ({ successRate }),
  reward_schedule: (rewards) => {
    const [goalReward, holeReward, stepReward] = rewards as number[];
    return { goalReward, holeReward, stepReward };
  },
  is_rainy: (rainy) => ({ rainy }),
  sab: (bookRules) => ({ bookRules }),
  natural: (naturalBonus) => ({ naturalBonus }),
};

describe.each(runs)('$id $options', (run) => {
  const options = Object.assign(
    {},
    ...Object.entries(run.options).map(([key, value]) => names[key]!(value)),
  ) as object;

  test('spaces, limit and first observations by seed', () => {
    const environment = makeEnvironment(run.id, { options: { ...options } });
    expect(builtinEnvironments.find(run.id).maxEpisodeSteps ?? null).toBe(run.limit);
    expect([String(environment.observationSpace), String(environment.actionSpace)]).toEqual([
      run.observationSpace,
      run.actionSpace,
    ]);
    expect(run.starts.map((_, seed) => environment.reset({ seed }).observation)).toEqual(run.starts);
  });

  test('a run', () => {
    const environment = makeEnvironment(run.id, { options: { ...options } });
    const seen = [environment.reset({ seed: 42 }).observation];
    const results = run.actions.map((action) => {
      const result = environment.step(action);
      seen.push(result.observation);
      if (result.terminated || result.truncated) seen.push(environment.reset().observation);
      return result;
    });
    expect(seen).toEqual(run.observations);
    expect(results.map(({ reward }) => reward)).toEqual(run.rewards);
    expect(results.map(({ terminated, truncated }) => Number(terminated) + 2 * Number(truncated))).toEqual(
      run.ends,
    );
    run.probabilities?.forEach((probability, i) => {
      expect(results[i]!.info['probability']).toBeCloseTo(probability, 10);
    });
    if (run.masks) {
      expect(results.map(({ info }) => (info['actionMask'] as Int8Array).join(''))).toEqual(run.masks);
    }
  });

  test('a run of two vectorised copies', () => {
    const vector = makeVectorEnvironment(run.id, { count: 2, options: { ...options } });
    vector.reset(42);
    const rewards = run.actions.map((action) => {
      vector.step(Float32Array.of(action, action));
      return vector.rewards[0]!;
    });
    expect(rewards).toEqual(run.rewards);
  });
});

test.each(lakes)('a random lake of $size x $size', ({ map, ...options }) => {
  expect(randomLake(options)).toBe(map);
  expect(frozenLake({ map }).observationSpace.n).toBe(options.size ** 2);
});

/** Values of the best policy, by value iteration. */
function bestValues({ initial, actions, outcomes }: FiniteModel): number[] {
  let values = initial.map(() => 0);
  for (let sweep = 0; sweep < 2000; sweep++) {
    const before = values;
    const worth = (choice: number): number =>
      outcomes[choice]!.reduce(
        (sum, { probability, next, reward, terminated }) =>
          sum + probability * (reward + (terminated ? 0 : before[next]!)),
        0,
      );
    values = before.map((_, s) =>
      Math.max(...Array.from({ length: actions }, (__, a) => worth(s * actions + a))),
    );
  }
  return values;
}

test('GridWorld has the utilities that Russell and Norvig print (figure 17.3)', () => {
  const values = bestValues(gridWorld().model);
  const cells = [0, 1, 2, 4, 6, 8, 9, 10, 11];
  const book = [0.812, 0.868, 0.918, 0.762, 0.66, 0.705, 0.655, 0.611, 0.388];
  cells.forEach((cell, i) => expect(values[cell]).toBeCloseTo(book[i]!, 3));
});

test('the shortest way along the cliff takes 13 steps; the safe way is longer', () => {
  expect(bestValues(cliffWalking().model)[36]).toBe(-13);
  expect(bestValues(cliffWalking({ slippery: true }).model)[36]).toBeLessThan(-13);
});

test('without a time limit, 14 of 17 crossings of the 4x4 lake can succeed', () => {
  expect(bestValues(frozenLake().model)[0]).toBeCloseTo(14 / 17, 6);
});

test('probabilities of every outcome add up to 1', () => {
  for (const { model } of [
    frozenLake({ map: '8x8' }),
    cliffWalking({ slippery: true }),
    taxi({ rainy: true }),
    gridWorld(),
  ]) {
    const sums = [model.initial, ...model.outcomes.map((list) => list.map(({ probability }) => probability))];
    for (const numbers of sums) expect(numbers.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  }
});

test.each<[string, () => unknown, string]>([
  ['another letter', () => frozenLake({ map: 'SFX/FFG' }), 'FrozenLake: expected a map of the letters SFHG'],
  ['rows of unequal length', () => gridWorld({ map: 'S.+/.' }), 'expected a map of rows of equal length'],
  ['no start', () => gridWorld({ map: '..+' }), 'expected a map with a start S'],
  [
    'no probability',
    () => taxi({ rainyProbability: 2 }),
    'Taxi: expected rainyProbability to be a probability',
  ],
  ['a lake of one cell', () => randomLake({ size: 1 }), 'expected size to be a whole number ≥ 2, got 1'],
  ['a lake without ice', () => randomLake({ frozen: 0 }), 'expected frozen to be above 0'],
])('%s is a ConfigError', (_, make, message) => {
  expect(make).toThrow(ConfigError);
  expect(make).toThrow(message);
});
