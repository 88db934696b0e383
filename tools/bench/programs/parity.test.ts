/** SAC's and A2C's steps against an independent program (fixtures/parity.json). */
import { readFileSync } from 'node:fs';
import type { Program } from '@ascent-rl/core';
import { interpret } from '@ascent-rl/core/reference';
import { box, discrete } from '@ascent-rl/environments';
import { actorCritic, parseConfig } from '@ascent-rl/training';
import { ppoSchema } from '@ascent-rl/trust-region';
import { a2cUpdate } from './a2c.ts';
import { sacUpdate } from './sac.ts';

type Layers = [weight: number[][], bias: number[]][];

interface Golden {
  readonly sac: Record<'observation' | 'action' | 'next_observation' | 'noise' | 'next_noise', number[][]> &
    Record<'reward' | 'terminated', number[]> &
    Record<'critic_loss' | 'actor_loss' | 'temperature_loss' | 'log_alpha' | 'grad_log_alpha', number> &
    Record<'actor' | 'critic1' | 'critic2' | 'target_critic1' | 'target_critic2', Layers> &
    Record<'grad_actor' | 'grad_critic1' | 'grad_critic2', Layers>;
  readonly a2c: Record<'action' | 'advantage' | 'value_target', number[]> &
    Record<'loss_value' | 'entropy' | 'value_loss' | 'value_coefficient' | 'entropy_coefficient', number> &
    Record<'actor' | 'critic' | 'grad_actor' | 'grad_critic', Layers> & {
      readonly observation: number[][];
      readonly rmsprop: { readonly learning_rate: number; readonly actor_after: Layers };
    };
}

const fixture = readFileSync(new URL('../fixtures/parity.json', import.meta.url), 'utf8');
const golden = JSON.parse(fixture) as Golden;

const flat = (...networks: Layers[]): number[] => networks.flat<Layers[], 4>(4);
/** Two networks as one: each layer's weights side by side, then its biases. */
const twins = (one: Layers, two: Layers): number[] =>
  one.flatMap(([weight, bias], i) => [weight, two[i]![0], bias, two[i]![1]].flat(2));
const scaled = (numbers: readonly number[], factor: number) => numbers.map((x) => factor * x);

/** Runs a program on the given numbers, and on zeros where there are none. */
function run(program: Program, given: Record<string, readonly number[]>) {
  const zeros = program.inputs.map(({ name, shape }) => [
    name,
    new Float64Array(shape.reduce((size, axis) => size * axis, 1)),
  ]);
  return interpret(program, { ...Object.fromEntries(zeros), ...given });
}

function expectClose(results: ReturnType<typeof run>, expected: Record<string, readonly number[]>) {
  for (const [name, values] of Object.entries(expected)) {
    expect(results[name]).toHaveLength(values.length);
    values.forEach((value, i) => expect(Math.abs(results[name]![i]! - value)).toBeLessThan(1e-9));
  }
}

test('SAC: losses, gradients and target averages match to 1e-9', () => {
  const { sac } = golden;
  const critics = twins(sac.critic1, sac.critic2);
  const targets = twins(sac.target_critic1, sac.target_critic2);
  // At a learning rate of 0 the actor meets the very critics that it met in the other program.
  const results = run(sacUpdate(6, { observation: 3, action: 2, hidden: [8, 8] }), {
    actor: flat(sac.actor),
    critics,
    targets,
    logTemperature: [sac.log_alpha],
    'batch.observations': sac.observation.flat(),
    'batch.actions': sac.action.flat(),
    'batch.rewards': sac.reward,
    'batch.nextObservations': sac.next_observation.flat(),
    'batch.terminations': sac.terminated,
    noise: sac.noise.flat(),
    nextNoise: sac.next_noise.flat(),
  });
  expectClose(results, {
    'losses.critic': [sac.critic_loss],
    'losses.actor': [sac.actor_loss],
    'losses.temperature': [sac.temperature_loss],
    // Adam's first average after one step is (1 − β₁) times the gradient.
    'optimizer.actor.firstMoment': scaled(flat(sac.grad_actor), 0.1),
    'optimizer.critics.firstMoment': scaled(twins(sac.grad_critic1, sac.grad_critic2), 0.1),
    'optimizer.logTemperature.firstMoment': [0.1 * sac.grad_log_alpha],
    targets: targets.map((target, i) => 0.995 * target + 0.005 * critics[i]!),
  });
});

test('A2C: losses, gradient and the first RMSProp step match to 1e-9', () => {
  const { a2c } = golden;
  const model = actorCritic(
    { observationSpace: box({ low: -1, high: 1, shape: [3] }), actionSpace: discrete(4) },
    parseConfig(ppoSchema, { hiddenSizes: [8, 8] }, 'test'),
  );
  const constants = {
    valueWeight: a2c.value_coefficient,
    entropyWeight: a2c.entropy_coefficient,
    maxGradientNorm: Infinity,
  };
  const results = run(a2cUpdate(model, 6, constants), {
    parameters: flat(a2c.actor, a2c.critic),
    observations: a2c.observation.flat(),
    actions: a2c.action,
    advantages: a2c.advantage,
    valueTargets: a2c.value_target,
    learningRate: [a2c.rmsprop.learning_rate],
  });
  const { parameters, ...rest } = results;
  const actor = flat(a2c.rmsprop.actor_after);
  expectClose(
    { ...rest, actor: parameters!.slice(0, actor.length) },
    {
      loss: [a2c.loss_value],
      valueLoss: [a2c.value_loss],
      entropy: [a2c.entropy],
      // RMSProp's average after one step is (1 − decay) times the squared gradient.
      'optimizer.squareAverage': flat(a2c.grad_actor, a2c.grad_critic).map((slope) => 0.01 * slope ** 2),
      actor,
    },
  );
});
