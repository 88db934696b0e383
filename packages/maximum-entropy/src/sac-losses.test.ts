/** SAC's target, losses and gradients against an independent program (fixtures/sac.json). */
import { readFileSync } from 'node:fs';
import { gradient, simplify, trace } from '@ascent-rl/core';
import { interpret } from '@ascent-rl/core/reference';
import { box } from '@ascent-rl/environments';
import {
  expectRecorded,
  flatNetworks,
  sizesOf,
  type Layers,
} from '../../training/fixtures/golden-networks.ts';
import { softActorLoss, softCriticLoss, softTarget, sacModel, temperatureLoss } from './index.ts';

interface Golden {
  readonly observation: number[][];
  readonly action: number[][];
  readonly reward: number[];
  readonly next_observation: number[][];
  readonly terminated: number[];
  readonly gamma: number;
  readonly noise: number[][];
  readonly next_noise: number[][];
  readonly target_entropy: number;
  readonly actor: Layers;
  readonly critic1: Layers;
  readonly critic2: Layers;
  readonly target_critic1: Layers;
  readonly target_critic2: Layers;
  readonly log_alpha: number;
  readonly target: number[];
  readonly critic_loss: number;
  readonly grad_critic1: Layers;
  readonly grad_critic2: Layers;
  readonly sampled_action: number[][];
  readonly log_pi: number[];
  readonly actor_loss: number;
  readonly grad_actor: Layers;
  readonly temperature_loss: number;
  readonly grad_log_alpha: number;
}

const fixture = readFileSync(new URL('../fixtures/sac.json', import.meta.url), 'utf8');
const { sac: golden } = JSON.parse(fixture) as { readonly sac: Golden };

const rows = golden.observation.length;
const [observationSize] = sizesOf(golden.actor) as [number];
const hiddenSizes = sizesOf(golden.actor).slice(1, -1);
const actionSize = golden.action[0]!.length;
const model = sacModel(
  {
    observationSpace: box({ low: -9, high: 9, shape: [observationSize] }),
    actionSpace: box({ low: -1, high: 1, shape: [actionSize] }),
  },
  { hiddenSizes, activation: 'relu', imageNetwork: 'none' },
);
const { actor, criticLayout } = model;

const program = trace(
  ({
    theta,
    twins,
    targets,
    logAlpha,
    observation,
    action,
    nextObservation,
    noise,
    nextNoise,
    ...returns
  }) => {
    const actorWeights = actor.layout.unpack(theta);
    const criticWeights = criticLayout.unpack(twins);
    const temperature = logAlpha.exp();
    const target = softTarget({
      ...returns,
      next: model.judge(actorWeights, criticLayout.unpack(targets), nextObservation, nextNoise),
      temperature,
    });
    const criticLoss = softCriticLoss(model.values(criticWeights, observation, action), target);
    const judgement = model.judge(actorWeights, criticWeights, observation, noise);
    const actorLoss = softActorLoss(judgement, temperature);
    const alphaLoss = temperatureLoss(logAlpha, judgement, golden.target_entropy);
    return {
      target,
      criticLoss,
      criticSlope: criticLayout.pack(gradient(criticLoss, criticWeights)),
      action: actor.policy(actorWeights, observation).sample(noise),
      logProbability: judgement.logProbability,
      actorLoss,
      actorSlope: actor.layout.pack(gradient(actorLoss, actorWeights)),
      alphaLoss,
      alphaSlope: gradient(alphaLoss, logAlpha),
    };
  },
  {
    theta: [actor.layout.size],
    twins: [criticLayout.size],
    targets: [criticLayout.size],
    logAlpha: [],
    observation: [rows, observationSize],
    action: [rows, actionSize],
    nextObservation: [rows, observationSize],
    noise: [rows, actionSize],
    nextNoise: [rows, actionSize],
    rewards: [rows],
    discounts: [rows],
  },
);

test.each([
  ['as traced', program],
  ['simplified', simplify(program)],
])('target, losses and gradients match to 1e-9, %s', (_, candidate) => {
  const results = interpret(candidate, {
    theta: flatNetworks(golden.actor),
    twins: flatNetworks(golden.critic1, golden.critic2),
    targets: flatNetworks(golden.target_critic1, golden.target_critic2),
    logAlpha: [golden.log_alpha],
    observation: golden.observation.flat(),
    action: golden.action.flat(),
    nextObservation: golden.next_observation.flat(),
    noise: golden.noise.flat(),
    nextNoise: golden.next_noise.flat(),
    rewards: golden.reward,
    discounts: golden.terminated.map((terminated) => golden.gamma * (1 - terminated)),
  });
  expectRecorded(results, {
    target: golden.target,
    criticLoss: [golden.critic_loss],
    criticSlope: flatNetworks(golden.grad_critic1, golden.grad_critic2),
    action: golden.sampled_action.flat(),
    logProbability: golden.log_pi,
    actorLoss: [golden.actor_loss],
    actorSlope: flatNetworks(golden.grad_actor),
    alphaLoss: [golden.temperature_loss],
    alphaSlope: [golden.grad_log_alpha],
  });
});
