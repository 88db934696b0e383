/** The entropy bonus: what it adds to the gradient, against finite differences of the entropy. */
import { interpret } from '@ascent-rl/core/reference';
import { makeVectorEnvironment } from '@ascent-rl/environments';
import { generator } from '@ascent-rl/core/random';
import { actorCritic, parseConfig } from '@ascent-rl/training';
import { policyGradient, reinforceSchema } from './index.ts';

test('adds −c/E Σₜ ∇H(π(·|sₜ)), of the rows that count', () => {
  const entropyWeight = 0.3;
  const config = parseConfig(
    reinforceSchema,
    { hiddenSizes: [4], batchSize: 5, episodesPerUpdate: 2, entropyWeight },
    'reinforce',
  );
  const model = actorCritic(makeVectorEnvironment('Acrobot-v1', { count: 1 }), {
    ...config,
    sharedNetwork: false,
  });
  const program = policyGradient(model, config);
  const random = generator(3);
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.standardNormal());
  const parameters = normals(model.layout.size);
  const weights = [1, 1, 1, 0, 0];
  const rows = 3;
  const inputs = {
    gradient: new Float64Array(model.layout.size),
    policySums: new Float64Array(3),
    'batch.observations': normals(5 * model.observationSize),
    'batch.actions': new Float64Array(5),
    'batch.advantages': new Float64Array(5),
    'batch.weights': weights,
  };
  const run = (theta: Float64Array) => interpret(program, { ...inputs, parameters: theta });
  const bonus = (theta: Float64Array) =>
    (-entropyWeight / config.episodesPerUpdate) * rows * run(theta)['policySums']![0]!;

  const slopes = run(parameters)['gradient']!;
  const h = 1e-5;
  slopes.forEach((slope, i) => {
    const [above, below] = [h, -h].map((step) => bonus(parameters.map((p, k) => (k === i ? p + step : p))));
    expect(slope).toBeCloseTo((above! - below!) / (2 * h), 7);
  });
  expect(slopes.some((slope) => Math.abs(slope) > 0.01)).toBe(true);
});
