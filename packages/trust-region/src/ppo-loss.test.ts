/** PPO's loss, gradient and first Adam step against an independent program (fixtures/ppo-clip.json). */
import { readFileSync } from 'node:fs';
import { onnxBackend } from '@ascent-rl/backend-onnx';
import { gradient, simplify, trace } from '@ascent-rl/core';
import { layout, mlp, multiCategorical } from '@ascent-rl/core/nn';
import { adam, clipByGlobalNorm } from '@ascent-rl/core/optim';
import { interpret } from '@ascent-rl/core/reference';
import { compileProgram } from '@ascent-rl/training';
import { ppoLoss } from './ppo-loss.ts';

type Layers = [weight: number[][], bias: number[]][];

interface Golden {
  readonly observation: number[][];
  readonly action: number[];
  readonly old_log_prob: number[];
  readonly advantage: number[];
  readonly value_target: number[];
  readonly actor: Layers;
  readonly critic: Layers;
  readonly clip: number;
  readonly value_coefficient: number;
  readonly entropy_coefficient: number;
  readonly policy_loss: number;
  readonly value_loss: number;
  readonly entropy: number;
  readonly loss_value: number;
  readonly approx_kl: number;
  readonly clip_fraction: number;
  readonly grad_norm: number;
  readonly grad_actor: Layers;
  readonly grad_critic: Layers;
  readonly adam: {
    readonly learning_rate: number;
    readonly epsilon: number;
    readonly max_grad_norm: number;
    readonly actor_after: Layers;
    readonly critic_after: Layers;
  };
}

const fixture = readFileSync(new URL('../fixtures/ppo-clip.json', import.meta.url), 'utf8');
const { ppo_clip: golden } = JSON.parse(fixture) as { readonly ppo_clip: Golden };

const rows = golden.observation.length;
const sizes = (layers: Layers) => [layers[0]![0].length, ...layers.map(([, bias]) => bias.length)];
const flat = (...networks: Layers[]) => networks.flat<Layers[], 4>(4);

const actor = mlp({ sizes: sizes(golden.actor) });
const critic = mlp({ sizes: sizes(golden.critic) });
const choices = golden.actor.at(-1)![1].length;
const parameters = layout({ actor: actor.parameters, critic: critic.parameters });
const optimizer = adam({ epsilon: golden.adam.epsilon });

const program = trace(
  ({ theta, observation, ...batch }) => {
    const weights = parameters.unpack(theta);
    const terms = ppoLoss(
      multiCategorical(actor.apply(weights['actor'], observation), [choices]),
      critic.apply(weights['critic'], observation).squeeze(1),
      { ...batch, values: batch.valueTargets },
      { clipRange: golden.clip },
      {
        valueWeight: golden.value_coefficient,
        entropyWeight: golden.entropy_coefficient,
        valueClipRange: null,
        normalizeAdvantage: true,
      },
    );
    const slope = parameters.pack(gradient(terms.loss, weights));
    const clipped = clipByGlobalNorm(slope, golden.adam.max_grad_norm);
    const zeros = theta.mul(0);
    const next = optimizer.update({
      parameters: theta,
      gradient: clipped.gradient,
      state: {
        firstMoment: zeros,
        secondMoment: zeros,
        firstCorrection: zeros.sum(),
        secondCorrection: zeros.sum(),
      },
      learningRate: golden.adam.learning_rate,
    });
    return { ...terms, slope, norm: clipped.norm, after: next.parameters };
  },
  {
    theta: [parameters.size],
    observation: [rows, sizes(golden.actor)[0]!],
    actions: [rows, 1],
    logProbabilities: [rows],
    advantages: [rows],
    valueTargets: [rows],
  },
);

const inputs = {
  theta: flat(golden.actor, golden.critic),
  observation: golden.observation.flat(),
  actions: golden.action,
  logProbabilities: golden.old_log_prob,
  advantages: golden.advantage,
  valueTargets: golden.value_target,
};

const expected: Record<string, number[]> = {
  loss: [golden.loss_value],
  policyLoss: [golden.policy_loss],
  valueLoss: [golden.value_loss],
  entropy: [golden.entropy],
  approximateKl: [golden.approx_kl],
  clipFraction: [golden.clip_fraction],
  norm: [golden.grad_norm],
  slope: flat(golden.grad_actor, golden.grad_critic),
  after: flat(golden.adam.actor_after, golden.adam.critic_after),
};

test.each([
  ['as traced', program],
  ['simplified', simplify(program)],
])('loss, gradient and the first clipped Adam step match to 1e-9, %s', (_, candidate) => {
  const results = interpret(candidate, inputs);
  for (const [name, values] of Object.entries(expected)) {
    expect(results[name]).toHaveLength(values.length);
    values.forEach((value, i) => expect(Math.abs(results[name]![i]! - value)).toBeLessThan(1e-9));
  }
});

test('and to float32 rounding on ONNX Runtime', async () => {
  const backend = await onnxBackend();
  const { places, run } = await compileProgram(backend, program);
  for (const [name, values] of Object.entries(inputs)) places[name]!.write(values);
  await run();
  for (const [name, values] of Object.entries(expected)) {
    const results = await places[name]!.read();
    values.forEach((value, i) => expect(Math.abs(results[i]! - value)).toBeLessThan(2e-6));
  }
  await backend.close();
});
