/** TRPO's gradient, Fisher-vector product, natural direction and step against an independent program (fixtures/trpo.json). */
import { readFileSync } from 'node:fs';
import { gradient, simplify, trace, type Program, type Tensor } from '@ascent-rl/core';
import {
  constantInitializer,
  diagonalGaussian,
  layout,
  mlp,
  type ParameterTree,
  type TensorsOf,
} from '@ascent-rl/core/nn';
import { interpret } from '@ascent-rl/core/reference';
import { borderStep, conjugateGradientStep, fisherVectorProduct, surrogate } from './index.ts';

type Layers = [weight: number[][], bias: number[]][];

interface Golden {
  readonly policy: Layers;
  readonly log_std: number[];
  readonly observation: number[][];
  readonly action: number[][];
  readonly advantage: number[];
  readonly damping: number;
  readonly delta: number;
  readonly vector: number[];
  readonly fisher_vector_product: number[];
  readonly surrogate_gradient: number[];
  readonly natural_direction: number[];
  readonly full_step: number[];
}

const fixture = readFileSync(new URL('../fixtures/trpo.json', import.meta.url), 'utf8');
const { trpo: golden } = JSON.parse(fixture) as { readonly trpo: Golden };

const actor = mlp({
  sizes: [golden.observation[0]!.length, ...golden.policy.map(([, bias]) => bias.length)],
});
const deviation = { shape: [golden.log_std.length], initialize: constantInitializer(0) };
const parameters = layout({ actor: actor.parameters, policy: { logStandardDeviation: deviation } });
const theta = [...golden.policy.flat<Layers, 3>(3), ...golden.log_std];
const rows = golden.observation.length;

const policyOf = (observation: Tensor) => (weights: TensorsOf<ParameterTree>) => {
  const { actor: layers, policy } = weights as unknown as {
    actor: Parameters<typeof actor.apply>[0];
    policy: { logStandardDeviation: Tensor };
  };
  return diagonalGaussian(actor.apply(layers, observation), policy.logStandardDeviation);
};

function run(program: Program, inputs: Record<string, ArrayLike<number>>) {
  return interpret(simplify(program), { theta, observation: golden.observation.flat(), ...inputs });
}

function expectClose(got: ArrayLike<number>, expected: readonly number[]) {
  expect(got).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(1e-9));
}

const size = [parameters.size];
const shapes = { theta: size, observation: [rows, golden.observation[0]!.length] };

test('gradient of the surrogate', () => {
  const program = trace(
    ({ theta, observation, actions, advantages }) => {
      const weights = parameters.unpack(theta);
      const policy = policyOf(observation)(weights);
      const logProbabilities = policy.logProbability(actions).stopGradient();
      const value = surrogate(policy, { actions, logProbabilities, advantages }, false);
      return { slope: parameters.pack(gradient(value, weights)) };
    },
    { ...shapes, actions: [rows, golden.log_std.length], advantages: [rows] },
  );
  const { slope } = run(program, { actions: golden.action.flat(), advantages: golden.advantage });
  expectClose(slope!, golden.surrogate_gradient);
});

const multiplier = (theta: Tensor, observation: Tensor, damping: number) => (vector: Tensor) =>
  fisherVectorProduct(policyOf(observation), parameters, theta, vector, damping);

test('Fisher-vector product, without damping', () => {
  const program = trace(
    ({ theta, observation, vector }) => ({ product: multiplier(theta, observation, 0)(vector) }),
    { ...shapes, vector: size },
  );
  expectClose(run(program, { vector: golden.vector })['product']!, golden.fisher_vector_product);
});

test('natural direction by conjugate gradients, and the step to the border of the trust region', () => {
  const program = trace(
    ({ theta, observation, ...state }) => {
      const multiply = multiplier(theta, observation, golden.damping);
      const next = conjugateGradientStep(state, multiply, 1e-26);
      return { ...next, step: borderStep(next.solution, multiply(next.solution), golden.delta) };
    },
    { ...shapes, solution: size, residual: size, direction: size },
  );
  const slope = golden.surrogate_gradient;
  let state: Record<string, ArrayLike<number>> = {
    residual: slope,
    direction: slope,
    solution: slope.map(() => 0),
  };
  for (let i = 0; i < 2 * parameters.size; i++) {
    const { step, ...next } = run(program, state);
    state = next;
    if (i === 2 * parameters.size - 1) expectClose(step!, golden.full_step);
  }
  expectClose(state['solution']!, golden.natural_direction);
});
