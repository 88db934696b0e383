/**
 * Soft actor-critic with an automatically tuned temperature.
 * Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications", https://arxiv.org/abs/1812.05905
 *
 *   y   = R + Γ (minᵢ Q̄ᵢ(s′, ã′) − α log π(ã′|s′)),  ã′ ~ π(·|s′)
 *   J_Q = ½ Σᵢ E[(Qᵢ(s, a) − y)²]                                (eq. 5)
 *   J_π = E[α log π(ã|s) − minᵢ Qᵢ(s, ã)],  ã ~ π(·|s)           (eq. 9)
 *   J_α = −log α · E[log π(ã|s) + H̄]                             (eq. 18, in log α)
 *   Q̄ᵢ ← τ Qᵢ + (1 − τ) Q̄ᵢ
 *
 * Twin critics, no value network and no target policy, as in the paper's second version. The actor is judged by the
 * critics just fitted; all losses take the α from before its step.
 *
 * Shapes: B rows in a batch, S numbers in an observation, A in an action, N environments.
 */
import { gradient, simplify, trace, type Program, type Tensor } from '@ascent-rl/core';
import { layout, type Layout } from '@ascent-rl/core/nn';
import { adam, movingAverage, scheduled } from '@ascent-rl/core/optim';
import {
  actorCriticAgent,
  checkFinite,
  compileProgram,
  critics,
  fillNoise,
  mapValues,
  offPolicyLearner,
  parseConfig,
  pickEntries,
  policyActor,
  replayBatch,
  replayBuffer,
  replayShapes,
  scalarMeans,
  streams,
  writeReplay,
  type Critics,
  type Learner,
  type LearnerOptions,
  type Policy,
} from '@ascent-rl/training';
import type { Space } from '@ascent-rl/environments';
import { sacSchema, type SacConfig, type SacOptions } from './sac-config.ts';
import { softActorLoss, softCriticLoss, softTarget, temperatureLoss } from './sac-losses.ts';
import { squashedPolicy, type SquashedChoice } from './squashed-policy.ts';

/** The networks of SAC as pure functions. */
export interface SacModel {
  readonly actor: Policy<SquashedChoice>;
  /** Twin critics. */
  readonly critics: Critics;
  /** How the parameters of the critics lie in their flat vector. */
  readonly criticLayout: Layout;
}

/** The networks of SAC for a pair of spaces. Raises UnsupportedError unless actions are a Box with finite limits. */
export function sacModel(
  spaces: { readonly observationSpace: Space; readonly actionSpace: Space },
  { hiddenSizes, activation }: Pick<SacConfig, 'hiddenSizes' | 'activation'>,
): SacModel {
  const actor = squashedPolicy(spaces, { hiddenSizes, activation });
  const { observationSize, actionSize } = actor;
  const twins = critics({ count: 2, observationSize, actionSize, hiddenSizes, activation });
  return { actor, critics: twins, criticLayout: layout(twins.parameters) };
}

const means = scalarMeans(['criticLoss', 'actorLoss', 'temperatureLoss', 'entropy', 'temperature']);

/**
 * One gradient step of critics, actor and temperature on one batch, with Adam for each and the targets' Polyak average,
 * as a program. Each loss is differentiated by its own parameters only.
 */
export function sacUpdate({ actor, critics: twins, criticLayout }: SacModel, config: SacConfig): Program {
  const { batchSize, averaging } = config;
  const targetEntropy = config.targetEntropy ?? -actor.actionSize;
  const optimizer = adam({ epsilon: config.adamEpsilon });
  const stateShapes = (size: number) => mapValues(optimizer.state(size), ({ shape }) => shape);
  const shapes = {
    actor: [actor.layout.size],
    critics: [criticLayout.size],
    targets: [criticLayout.size],
    logTemperature: [1],
    optimizer: {
      actor: stateShapes(actor.layout.size),
      critics: stateShapes(criticLayout.size),
      ...(config.tuneTemperature && { logTemperature: stateShapes(1) }),
    },
    sums: means.shape,
    batch: replayShapes(batchSize, actor),
    noise: [batchSize, actor.noise.size],
    nextNoise: [batchSize, actor.noise.size],
    learningRate: [],
  } as const;

  const program = trace((given) => {
    const { logTemperature, targets, learningRate, noise, nextNoise, optimizer: states } = given;
    const { observations, actions, nextObservations, ...returns } = given.batch;
    const temperature = logTemperature.squeeze(0).exp();
    const actorWeights = actor.layout.unpack(given.actor);
    const criticWeights = criticLayout.unpack(given.critics);
    const descend = (parameters: Tensor, slope: Tensor, state: typeof states.actor) =>
      optimizer.update({ parameters, gradient: slope, state, learningRate });

    const next = actor.policy(actorWeights, nextObservations).sampleWithLogProbability(nextNoise);
    const target = softTarget({
      ...returns,
      nextValues: twins.values(criticLayout.unpack(targets), nextObservations, next.action),
      nextLogProbability: next.logProbability,
      temperature,
    });
    const criticLoss = softCriticLoss(twins.values(criticWeights, observations, actions), target);
    const criticSlope = criticLayout.pack(gradient(criticLoss, criticWeights));
    const fitted = descend(given.critics, criticSlope, states.critics);

    const sampled = actor.policy(actorWeights, observations).sampleWithLogProbability(noise);
    const values = twins.values(criticLayout.unpack(fitted.parameters), observations, sampled.action);
    const actorLoss = softActorLoss(sampled.logProbability, values, temperature);
    const actorSlope = actor.layout.pack(gradient(actorLoss, actorWeights));
    const improved = descend(given.actor, actorSlope, states.actor);

    const alphaLoss = temperatureLoss(logTemperature, sampled.logProbability, targetEntropy).sum();
    const tuned =
      states.logTemperature &&
      descend(logTemperature, gradient(alphaLoss, logTemperature), states.logTemperature);

    return {
      actor: improved.parameters,
      critics: fitted.parameters,
      targets: movingAverage(targets, fitted.parameters, 1 - averaging),
      ...(tuned && { logTemperature: tuned.parameters }),
      optimizer: {
        actor: improved.state,
        critics: fitted.state,
        ...(tuned && { logTemperature: tuned.state }),
      },
      sums: means.add(given.sums, {
        criticLoss,
        actorLoss,
        temperatureLoss: alphaLoss,
        entropy: sampled.logProbability.mean().neg(),
        temperature,
      }),
    };
  }, shapes);
  return simplify(program);
}

/**
 * Trains with SAC.
 *
 * @throws ConfigError for hyper-parameters outside their range, and a replay buffer that does not fit into memory.
 * @throws UnsupportedError unless actions are a Box with finite limits.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await sac({ environment, backend, config: sacPresets['Pendulum-v1'], seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function sac(options: LearnerOptions<SacOptions>): Promise<Learner> {
  const { environment, backend, seed = 0, snapshot } = options;
  const config = parseConfig(sacSchema, options.config ?? {}, 'sac');
  const model = sacModel(environment, config);
  const { actor, criticLayout } = model;
  const random = streams(seed, ['parameters', 'actions', 'minibatches', 'noise', 'exploration']);
  const replay = replayBuffer({
    ...config,
    ...actor,
    capacity: config.bufferSize,
    environments: environment.count,
  });
  const batch = replayBatch(config.batchSize, actor);

  const update = await compileProgram(backend, sacUpdate(model, config));
  const { places } = update;
  const parameters = places['actor']!;
  const behaviour = await policyActor({
    policy: actor,
    backend,
    parameters,
    count: environment.count,
    random: random.actions,
  });
  const agent = actorCriticAgent({ model: actor, backend, parameters, normalizer: undefined });

  const criticParameters = criticLayout.initialize(random.parameters);
  parameters.write(actor.layout.initialize(random.parameters));
  places['critics']!.write(criticParameters);
  places['targets']!.write(criticParameters);
  places['logTemperature']!.write([Math.log(config.temperature)]);
  const draw = new Float32Array(config.batchSize * actor.noise.size);

  return offPolicyLearner({
    environment,
    agent,
    config,
    seed,
    snapshot,
    places: pickEntries(places, (name) => /^(actor|critics|targets|logTemperature|optimizer)\b/.test(name)),
    random,
    memory: replay,
    act: (observations, actions) => behaviour.act(observations, actions),
    learn(progress) {
      replay.sample(random.minibatches, batch);
      writeReplay(batch, places);
      for (const name of ['noise', 'nextNoise'] as const) {
        fillNoise(actor.noise.kind, random.noise, draw);
        places[name]!.write(draw);
      }
      places['learningRate']!.write([scheduled(config.learningRateSchedule, config.learningRate, progress)]);
      return update.run();
    },
    async report(step) {
      const mean = await means.take(places['sums']!);
      checkFinite('sac', step, mean);
      return {
        'train/actor_loss': mean.actorLoss,
        'train/critic_loss': mean.criticLoss,
        'train/ent_coef': mean.temperature,
        ...(config.tuneTemperature && { 'train/ent_coef_loss': mean.temperatureLoss }),
        'train/entropy_loss': -mean.entropy,
        'train/learning_rate': scheduled(
          config.learningRateSchedule,
          config.learningRate,
          step / config.steps,
        ),
      };
    },
    dispose() {
      agent.dispose();
      behaviour.dispose();
      update.dispose();
    },
  });
}
