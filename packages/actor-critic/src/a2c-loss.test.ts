/** A2C's loss, gradient and first RMSProp step against an independent program (fixtures/a2c.json). */
import { readFileSync } from 'node:fs';
import { gradient, simplify, trace } from '@ascent-rl/core';
import { layout, mlp, multiCategorical } from '@ascent-rl/core/nn';
import { rmsProp } from '@ascent-rl/core/optim';
import { interpret } from '@ascent-rl/core/reference';
import { a2cLoss } from './index.ts';

type Layers = [weight: number[][], bias: number[]][];

interface Golden {
  readonly observation: number[][];
  readonly action: number[];
  readonly advantage: number[];
  readonly value_target: number[];
  readonly actor: Layers;
  readonly critic: Layers;
  readonly value_coefficient: number;
  readonly entropy_coefficient: number;
  readonly value_loss: number;
  readonly entropy: number;
  readonly loss_value: number;
  readonly grad_actor: Layers;
  readonly grad_critic: Layers;
  readonly rmsprop: {
    readonly learning_rate: number;
    readonly decay: number;
    readonly epsilon: number;
    readonly actor_after: Layers;
  };
}

const fixture = readFileSync(new URL('../fixtures/a2c.json', import.meta.url), 'utf8');
const { a2c: golden } = JSON.parse(fixture) as { readonly a2c: Golden };

const rows = golden.observation.length;
const sizes = (layers: Layers) => [layers[0]![0].length, ...layers.map(([, bias]) => bias.length)];
const flat = (...networks: Layers[]) => networks.flat<Layers[], 4>(4);

const actor = mlp({ sizes: sizes(golden.actor) });
const critic = mlp({ sizes: sizes(golden.critic) });
const parameters = layout({ actor: actor.parameters, critic: critic.parameters });
const { learning_rate: learningRate, decay, epsilon, actor_after: actorAfter } = golden.rmsprop;

const program = trace(
  ({ theta, observation, ...batch }) => {
    const weights = parameters.unpack(theta);
    const terms = a2cLoss(
      multiCategorical(actor.apply(weights['actor'], observation), [golden.actor.at(-1)![1].length]),
      critic.apply(weights['critic'], observation).squeeze(1),
      batch,
      {
        valueWeight: golden.value_coefficient,
        entropyWeight: golden.entropy_coefficient,
        normalizeAdvantage: false,
      },
    );
    const slope = parameters.pack(gradient(terms.loss, weights));
    const next = rmsProp({ decay, epsilon }).update({
      parameters: theta,
      gradient: slope,
      state: { squareAverage: theta.mul(0) },
      learningRate,
    });
    return { ...terms, slope, actorAfter: next.parameters.slice(0, 0, flat(golden.actor).length) };
  },
  {
    theta: [parameters.size],
    observation: [rows, sizes(golden.actor)[0]!],
    actions: [rows, 1],
    advantages: [rows],
    valueTargets: [rows],
  },
);

test.each([
  ['as traced', program],
  ['simplified', simplify(program)],
])('loss, gradient and the first RMSProp step match to 1e-9, %s', (_, candidate) => {
  const results = interpret(candidate, {
    theta: flat(golden.actor, golden.critic),
    observation: golden.observation.flat(),
    actions: golden.action,
    advantages: golden.advantage,
    valueTargets: golden.value_target,
  });
  const expected: Record<string, number[]> = {
    loss: [golden.loss_value],
    valueLoss: [golden.value_loss],
    entropy: [golden.entropy],
    slope: flat(golden.grad_actor, golden.grad_critic),
    actorAfter: flat(actorAfter),
  };
  for (const [name, values] of Object.entries(expected)) {
    expect(results[name]).toHaveLength(values.length);
    values.forEach((value, i) => expect(Math.abs(results[name]![i]! - value)).toBeLessThan(1e-9));
  }
});
