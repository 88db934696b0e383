/** REINFORCE's loss and gradient against an independent program (fixtures/reinforce.json). */
import { readFileSync } from 'node:fs';
import { gradient, simplify, trace } from '@ascent-rl/core';
import { layout, mlp, multiCategorical } from '@ascent-rl/core/nn';
import { interpret } from '@ascent-rl/core/reference';
import { policyGradientLoss } from './index.ts';

type Layers = [weight: number[][], bias: number[]][];

interface Golden {
  readonly observation: number[][];
  readonly action: number[];
  readonly return_to_go: number[];
  readonly actor: Layers;
  readonly loss_value: number;
  readonly grad_actor: Layers;
}

const fixture = readFileSync(new URL('../fixtures/reinforce.json', import.meta.url), 'utf8');
const { reinforce: golden } = JSON.parse(fixture) as { readonly reinforce: Golden };
const rows = golden.observation.length;
const sizes = [golden.actor[0]![0].length, ...golden.actor.map(([, bias]) => bias.length)];
const actor = mlp({ sizes });
const parameters = layout({ actor: actor.parameters });

const program = trace(
  ({ theta, observation, actions, weights }) => {
    const tree = parameters.unpack(theta);
    const policy = multiCategorical(actor.apply(tree['actor'], observation), [sizes.at(-1)!]);
    const loss = policyGradientLoss(policy, actions, weights);
    return { loss, slope: parameters.pack(gradient(loss, tree)) };
  },
  { theta: [parameters.size], observation: [rows, sizes[0]!], actions: [rows, 1], weights: [rows] },
);

test.each([
  ['as traced', program],
  ['simplified', simplify(program)],
])('loss and gradient match to 1e-9, %s', (_, candidate) => {
  const results = interpret(candidate, {
    theta: golden.actor.flat(4),
    observation: golden.observation.flat(),
    actions: golden.action,
    weights: golden.return_to_go.map((value) => value / rows),
  });
  expect(Math.abs(results['loss']![0]! - golden.loss_value)).toBeLessThan(1e-9);
  const expected = golden.grad_actor.flat(4);
  expect(results['slope']).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(Math.abs(results['slope']![i]! - value)).toBeLessThan(1e-9));
});
