/** The losses and gradients of DDPG and TD3 against an independent program (fixtures/ddpg-td3.json). */
import { readFileSync } from 'node:fs';
import { gradient, simplify, trace } from '@ascent-rl/core';
import { movingAverage } from '@ascent-rl/core/optim';
import { interpret } from '@ascent-rl/core/reference';
import { box } from '@ascent-rl/environments';
import {
  expectRecorded,
  flatNetworks,
  sizesOf,
  type Layers,
} from '../../training/fixtures/golden-networks.ts';
import { actorLoss, criticLoss, deterministicModel, smoothedAction, valueTarget } from './index.ts';

interface Recorded {
  readonly observation: number[][];
  readonly action: number[][];
  readonly reward: number[];
  readonly next_observation: number[][];
  readonly terminated: number[];
  readonly gamma: number;
  readonly actor: Layers;
  readonly target_actor: Layers;
  readonly target: number[];
  readonly critic_loss: number;
  readonly actor_loss: number;
  readonly grad_actor: Layers;
}

interface Golden {
  readonly ddpg: Recorded & {
    readonly critic: Layers;
    readonly target_critic: Layers;
    readonly grad_critic: Layers;
    readonly tau: number;
    readonly target_critic_after: Layers;
  };
  readonly td3: Recorded & {
    readonly standard_normal: number[][];
    readonly target_noise: number;
    readonly noise_clip: number;
    readonly critic1: Layers;
    readonly critic2: Layers;
    readonly target_critic1: Layers;
    readonly target_critic2: Layers;
    readonly target_action: number[][];
    readonly grad_critic1: Layers;
    readonly grad_critic2: Layers;
  };
}

const fixture = readFileSync(new URL('../fixtures/ddpg-td3.json', import.meta.url), 'utf8');
const { ddpg, td3 } = JSON.parse(fixture) as Golden;

/** The step on the recorded batch, with as many critics as are given. */
function resultsOf(golden: Recorded, critics: readonly Layers[], targetCritics: readonly Layers[]) {
  const rows = golden.observation.length;
  const [observationSize] = sizesOf(golden.actor) as [number];
  const actionSize = golden.action[0]!.length;
  const model = deterministicModel(
    {
      observationSpace: box({ low: -9, high: 9, shape: [observationSize] }),
      actionSpace: box({ low: -1, high: 1, shape: [actionSize] }),
    },
    {
      hiddenSizes: sizesOf(golden.actor).slice(1, -1),
      activation: 'relu',
      imageNetwork: 'none',
      critics: critics.length,
      actionLayer: 0,
      batchNormalization: false,
      outputBound: null,
      noise: 'none',
      noiseDeviation: 0,
      noiseTimeStep: 1,
    },
    'test',
  );
  const { actor, criticLayout } = model;
  const program = trace(
    ({ theta, thetaTarget, w, wTarget, observation, action, nextObservation, noise, ...returns }) => {
      const actorWeights = actor.layout.unpack(theta);
      const criticWeights = criticLayout.unpack(w);
      const next = actor.policy(actor.layout.unpack(thetaTarget), nextObservation).action;
      const targetAction = smoothedAction(next, noise, {
        targetNoise: td3.target_noise,
        targetNoiseClip: td3.noise_clip,
      });
      const nextValues = model.critics.values(criticLayout.unpack(wTarget), nextObservation, targetAction);
      const target = valueTarget({ ...returns, nextValues });
      const loss = criticLoss(model.critics.values(criticWeights, observation, action), target);
      const chosen = actor.policy(actorWeights, observation).action;
      const regret = actorLoss(model.critics.firstValue(criticWeights, observation, chosen));
      return {
        targetAction,
        target,
        criticLoss: loss,
        criticSlope: criticLayout.pack(gradient(loss, criticWeights)),
        actorLoss: regret,
        actorSlope: actor.layout.pack(gradient(regret, actorWeights)),
        averaged: movingAverage(wTarget, w, 1 - ddpg.tau),
      };
    },
    {
      theta: [actor.layout.size],
      thetaTarget: [actor.layout.size],
      w: [criticLayout.size],
      wTarget: [criticLayout.size],
      observation: [rows, observationSize],
      action: [rows, actionSize],
      nextObservation: [rows, observationSize],
      noise: [rows, actionSize],
      rewards: [rows],
      discounts: [rows],
    },
  );
  return interpret(simplify(program), {
    theta: flatNetworks(golden.actor),
    thetaTarget: flatNetworks(golden.target_actor),
    w: flatNetworks(...critics),
    wTarget: flatNetworks(...targetCritics),
    observation: golden.observation.flat(),
    action: golden.action.flat(),
    nextObservation: golden.next_observation.flat(),
    noise: critics.length > 1 ? td3.standard_normal.flat() : new Float64Array(rows * actionSize),
    rewards: golden.reward,
    discounts: golden.terminated.map((terminated) => golden.gamma * (1 - terminated)),
  });
}

test('DDPG: target, losses, gradients and Polyak average match to 1e-9', () => {
  expectRecorded(resultsOf(ddpg, [ddpg.critic], [ddpg.target_critic]), {
    target: ddpg.target,
    criticLoss: [ddpg.critic_loss],
    criticSlope: flatNetworks(ddpg.grad_critic),
    actorLoss: [ddpg.actor_loss],
    actorSlope: flatNetworks(ddpg.grad_actor),
    averaged: flatNetworks(ddpg.target_critic_after),
  });
});

test('TD3: smoothed action, target, losses and gradients match to 1e-9', () => {
  const results = resultsOf(td3, [td3.critic1, td3.critic2], [td3.target_critic1, td3.target_critic2]);
  expectRecorded(results, {
    targetAction: td3.target_action.flat(),
    target: td3.target,
    criticLoss: [td3.critic_loss],
    criticSlope: flatNetworks(td3.grad_critic1, td3.grad_critic2),
    actorLoss: [td3.actor_loss],
    actorSlope: flatNetworks(td3.grad_actor),
  });
});
