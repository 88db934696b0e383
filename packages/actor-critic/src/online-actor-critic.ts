/**
 * Online actor-critic: it learns from every single transition and never waits for an episode to end, so it also works
 * where episodes never do. Sutton and Barto 2018, section 13.5, without the factor γᵗ; the five steps:
 *
 *   1. act: a ~ π(·|s), and see (s, a, r, s′)
 *   2. descend ½ (V(s) − y)² towards the target y = r + γ V(s′), which is held fixed
 *   3. judge: A = r + γ V(s′) − V(s), by the critic just fitted
 *   4. estimate the gradient of the return: ∇ log π(a|s) A
 *   5. ascend it
 *
 * V(s′) is 0 where s′ is terminal. An episode cut short by a time limit goes on from its own final observation.
 *
 * Shapes: N transitions, one of each environment; S numbers in an observation, A in an action, P parameters.
 */
import { gradient, simplify, trace, type Program, type Tensor } from '@ascent-rl/core';
import type { Distribution } from '@ascent-rl/core/nn';
import { clipByGlobalNorm, scheduled } from '@ascent-rl/core/optim';
import {
  actorCritic,
  actorCriticAgent,
  checkFinite,
  compileProgram,
  fillState,
  interaction,
  mapValues,
  meanDeviation,
  onPolicyLearner,
  optimizerOf,
  parseConfig,
  pickEntries,
  rolloutActor,
  scalarMeans,
  streams,
  type ActorCritic,
  type Episode,
  type Learner,
  type LearnerOptions,
} from '@ascent-rl/training';
import {
  onlineActorCriticSchema,
  type OnlineActorCriticConfig,
  type OnlineActorCriticOptions,
} from './online-actor-critic-config.ts';

/** What a critic learns from, everything [N]. */
export interface TemporalDifference {
  /** r */
  readonly rewards: Tensor;
  /** 1 where s′ is terminal. */
  readonly terminated: Tensor;
  /** V(s) */
  readonly value: Tensor;
  /** V(s′) */
  readonly nextValue: Tensor;
}

/** δ = r + γ V(s′) − V(s), [N], without a gradient through V(s′). It is the one-step advantage. */
export function temporalDifferenceError(
  { rewards, terminated, value, nextValue }: TemporalDifference,
  discount: number,
): Tensor {
  const future = nextValue.mul(terminated.neg().add(1)).mul(discount);
  return rewards.add(future).stopGradient().sub(value);
}

/** ½ E[δ²] */
export function criticLoss(error: Tensor): Tensor {
  return error.square().mean().mul(0.5);
}

/** −E[log π(a|s) A] − c E[H(π(·|s))] for actions [N, A] and advantages [N]. */
export function actorLoss(
  policy: Distribution,
  actions: Tensor,
  advantages: Tensor,
  entropyWeight: number,
): Tensor {
  const loss = policy.logProbability(actions).mul(advantages.stopGradient()).mean().neg();
  return entropyWeight === 0 ? loss : loss.sub(policy.entropy().mean().mul(entropyWeight));
}

const means = scalarMeans(['actorLoss', 'criticLoss', 'entropy', 'standardDeviation']);

/**
 * Steps 2 to 5 on one transition of each environment, as a program. Parameters, both optimizers' states and the sums of
 * what is reported are updated in place.
 */
export function onlineActorCriticUpdate(
  model: ActorCritic,
  config: OnlineActorCriticConfig,
  count: number,
): Program {
  const { layout, observationSize, actionSize } = model;
  const optimizer = optimizerOf(config);
  const stateShapes = mapValues(optimizer.state(layout.size), ({ shape }) => shape);
  const shapes = {
    parameters: [layout.size],
    // Each state spans all parameters; a gradient is 0 where the loss does not depend on them, and so is the step.
    optimizer: { actor: stateShapes, critic: stateShapes },
    sums: means.shape,
    transition: {
      observations: [count, observationSize],
      actions: [count, actionSize],
      rewards: [count],
      nextObservations: [count, observationSize],
      terminated: [count],
    },
    learningRate: { actor: [], critic: [] },
  } as const;

  const program = trace(({ parameters, optimizer: states, sums, transition, learningRate }) => {
    const { observations, nextObservations, actions } = transition;
    /** One step down a loss of the parameters. */
    const descend = (flat: Tensor, who: 'actor' | 'critic', lossOf: (weights: Weights) => Tensor) => {
      const weights = layout.unpack(flat);
      const loss = lossOf(weights);
      const slope = layout.pack(gradient(loss, weights));
      const clipped = clipByGlobalNorm(slope, config.maxGradientNorm);
      const next = optimizer.update({
        parameters: flat,
        gradient: clipped.gradient,
        state: states[who],
        learningRate: learningRate[who],
      });
      return { ...next, loss };
    };
    const errorOf = (weights: Weights) =>
      temporalDifferenceError(
        {
          ...transition,
          value: model.apply(weights, observations).value,
          nextValue: model.apply(weights, nextObservations).value,
        },
        config.discount,
      );
    const critic = descend(parameters, 'critic', (weights) => criticLoss(errorOf(weights)));
    const actor = descend(critic.parameters, 'actor', (weights) =>
      actorLoss(model.policy(weights, observations), actions, errorOf(weights), config.entropyWeight),
    );
    const policy = model.policy(layout.unpack(parameters), observations);
    return {
      parameters: actor.parameters,
      optimizer: { actor: actor.state, critic: critic.state },
      sums: means.add(sums, {
        actorLoss: actor.loss,
        criticLoss: critic.loss,
        entropy: policy.entropy().mean(),
        standardDeviation: meanDeviation(model, policy),
      }),
    };
  }, shapes);
  return simplify(program);
}

type Weights = ReturnType<ActorCritic['layout']['unpack']>;

/**
 * Trains with the online actor-critic.
 *
 * @throws ConfigError for hyper-parameters outside their range.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await onlineActorCritic({ environment, backend, seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function onlineActorCritic(options: LearnerOptions<OnlineActorCriticOptions>): Promise<Learner> {
  const { environment, backend, seed = 0, snapshot } = options;
  const { count, terminated, truncated } = environment;
  const config = parseConfig(onlineActorCriticSchema, options.config ?? {}, 'actor-critic');
  const model = actorCritic(environment, { ...config, sharedNetwork: false });
  const { observationSize } = model;
  const random = streams(seed, ['parameters', 'actions']);

  const update = await compileProgram(backend, onlineActorCriticUpdate(model, config, count));
  const { places } = update;
  const parameters = places['parameters']!;
  const actor = await rolloutActor({ model, backend, parameters, random: random.actions, count });
  const world = interaction(environment, config, model.senses);
  const agent = actorCriticAgent({ model, backend, parameters, normalizer: world.normalizer });
  parameters.write(model.layout.initialize(random.parameters));
  for (const who of ['actor', 'critic']) {
    fillState(places, `optimizer.${who}`, optimizerOf(config).state(model.layout.size));
  }
  const nextObservations = new Float32Array(count * observationSize);

  /** What each transition led to: the final observation where an episode ended. */
  function lookAhead(): Float32Array {
    nextObservations.set(world.observations);
    if (!terminated.includes(1) && !truncated.includes(1)) return nextObservations;
    const finals = world.finalObservations();
    for (let i = 0; i < count; i++) {
      if (!terminated[i] && !truncated[i]) continue;
      const [from, to] = [i * observationSize, (i + 1) * observationSize];
      nextObservations.set(finals.subarray(from, to), from);
    }
    return nextObservations;
  }

  /** The five steps. */
  async function learnOnce(progress: number): Promise<readonly Episode[]> {
    const { observations, actions } = await actor.decide(world.observations);
    places['transition.observations']!.write(observations);
    places['transition.actions']!.write(actions);
    const episodes = world.step(actions);
    places['transition.rewards']!.write(world.rewards);
    places['transition.nextObservations']!.write(lookAhead());
    places['transition.terminated']!.write(terminated);
    const rate = scheduled(config.learningRateSchedule, 1, progress);
    places['learningRate.actor']!.write([rate * config.learningRate]);
    places['learningRate.critic']!.write([rate * config.criticLearningRate]);
    await update.run();
    return episodes;
  }

  return onPolicyLearner({
    agent,
    totalSteps: config.steps,
    seed,
    snapshot,
    places: pickEntries(places, (name) => name === 'parameters' || name.startsWith('optimizer.')),
    random,
    collector: world,
    async iterate(step) {
      const episodes: Episode[] = [];
      let steps = 0;
      for (let done = 0; done < config.updatesPerIteration && step + steps < config.steps; done++) {
        episodes.push(...(await learnOnce((step + steps) / config.steps)));
        steps += count;
      }
      const mean = await means.take(places['sums']!);
      checkFinite('actor-critic', step + steps, mean);
      const progress = (step + steps - count) / config.steps;
      return {
        steps,
        episodes,
        metrics: {
          ...world.metrics(),
          'train/actor_loss': mean.actorLoss,
          'train/critic_loss': mean.criticLoss,
          'train/entropy_loss': -mean.entropy,
          'train/learning_rate': scheduled(config.learningRateSchedule, config.learningRate, progress),
          'train/n_updates': (step + steps) / count,
          ...(environment.actionSpace.kind === 'Box' && { 'train/std': mean.standardDeviation }),
        },
      };
    },
    dispose() {
      agent.dispose();
      actor.dispose();
      update.dispose();
    },
  });
}
