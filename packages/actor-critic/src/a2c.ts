/**
 * Advantage actor-critic: the synchronous form of A3C.
 * Mnih et al. 2016, algorithm S3 and section 4, https://arxiv.org/abs/1602.01783
 *
 *   Â = rₜ + γ rₜ₊₁ + … + γⁿ V(sₜ₊ₙ) − V(sₜ)      (λ = 1; otherwise generalized advantage estimation)
 *   L = −E[log π(a|s) Â] + c₁ E[(V(s) − R)²] − c₂ E[H(π(·|s))],  R = Â + V_old(s)
 *
 * One gradient step a rollout, on all of it. As in the authors' code, RMSProp has its ε inside the root and gradients
 * are clipped by their global norm. An episode cut short by a time limit bootstraps from the value of its own final
 * observation.
 *
 * Shapes: R rows in a rollout, S numbers in an observation, A in an action, P parameters.
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
  mapValues,
  meanDeviation,
  onPolicyLearner,
  optimizerOf,
  parseConfig,
  pickEntries,
  rolloutCollector,
  rolloutShapes,
  scalarMeans,
  standardizedRows,
  streams,
  writeRollout,
  type ActorCritic,
  type Episode,
  type Learner,
  type LearnerOptions,
} from '@ascent-rl/training';
import { a2cSchema, type A2cConfig, type A2cOptions } from './a2c-config.ts';

/** A rollout as the loss reads it; everything but the action is [R]. */
export interface A2cBatch {
  /** What was done, before any clipping to the environment's limits, [R, A]. */
  readonly actions: Tensor;
  /** Â */
  readonly advantages: Tensor;
  /** R = Â + V_old(s), the n-step return or the λ-return. */
  readonly valueTargets: Tensor;
}

/** The loss to descend and its parts, all scalars. */
export interface A2cLoss {
  readonly loss: Tensor;
  readonly policyLoss: Tensor;
  readonly valueLoss: Tensor;
  /** Mean entropy in nats. */
  readonly entropy: Tensor;
}

/**
 * A2C's loss on a rollout.
 *
 * @param policy - π(·|s) under the current parameters.
 * @param value - V(s) under the current parameters, [R].
 */
export function a2cLoss(
  policy: Distribution,
  value: Tensor,
  { actions, advantages, valueTargets }: A2cBatch,
  config: Pick<A2cConfig, 'valueWeight' | 'entropyWeight' | 'normalizeAdvantage'>,
): A2cLoss {
  const advantage = config.normalizeAdvantage ? standardizedRows(advantages) : advantages;
  const policyLoss = policy.logProbability(actions).mul(advantage).mean().neg();
  const valueLoss = value.sub(valueTargets).square().mean();
  const entropy = policy.entropy().mean();
  const loss = policyLoss.add(valueLoss.mul(config.valueWeight));
  return {
    // A bonus of weight 0 is left out: its derivative would be computed all the same.
    loss: config.entropyWeight === 0 ? loss : loss.sub(entropy.mul(config.entropyWeight)),
    policyLoss,
    valueLoss,
    entropy,
  };
}

const means = scalarMeans(['loss', 'policyLoss', 'valueLoss', 'entropy', 'standardDeviation']);

/**
 * The gradient step on a rollout, as a program: differentiate the loss, clip, step the optimizer. Parameters, optimizer
 * state and the sums of what is reported are updated in place.
 */
export function a2cUpdate(model: ActorCritic, config: A2cConfig, rows: number): Program {
  const { layout } = model;
  const optimizer = optimizerOf(config);
  const { observations, actions, advantages, valueTargets } = rolloutShapes(model, rows);
  const shapes = {
    parameters: [layout.size],
    optimizer: mapValues(optimizer.state(layout.size), ({ shape }) => shape),
    sums: means.shape,
    rollout: { observations, actions, advantages, valueTargets },
    learningRate: [],
  } as const;

  const program = trace(({ parameters, optimizer: state, sums, rollout, learningRate }) => {
    const weights = layout.unpack(parameters);
    const { policy, value } = model.apply(weights, rollout.observations);
    const terms = a2cLoss(policy, value, rollout, config);
    const gradients = layout.pack(gradient(terms.loss, weights));
    const clipped = clipByGlobalNorm(gradients, config.maxGradientNorm);
    const next = optimizer.update({ parameters, gradient: clipped.gradient, state, learningRate });
    return {
      parameters: next.parameters,
      optimizer: next.state,
      sums: means.add(sums, { ...terms, standardDeviation: meanDeviation(model, policy) }),
    };
  }, shapes);
  return simplify(program);
}

/**
 * Trains with A2C.
 *
 * @throws ConfigError for hyper-parameters outside their range.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await a2c({ environment, backend, config: a2cPresets['CartPole-v1'], seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function a2c(options: LearnerOptions<A2cOptions>): Promise<Learner> {
  const { environment, backend, seed = 0, snapshot } = options;
  const config = parseConfig(a2cSchema, options.config ?? {}, 'a2c');
  const model = actorCritic(environment, config);
  const rows = config.rolloutSteps * environment.count;
  const random = streams(seed, ['parameters', 'actions']);

  const update = await compileProgram(backend, a2cUpdate(model, config, rows));
  const { places } = update;
  const parameters = places['parameters']!;
  const collector = await rolloutCollector({
    model,
    environment,
    backend,
    parameters,
    random: random.actions,
    config,
  });
  const agent = actorCriticAgent({ model, backend, parameters, normalizer: collector.normalizer });
  parameters.write(model.layout.initialize(random.parameters));
  fillState(places, 'optimizer', optimizerOf(config).state(model.layout.size));

  return onPolicyLearner({
    agent,
    totalSteps: config.steps,
    seed,
    snapshot,
    places: pickEntries(places, (name) => name === 'parameters' || name.startsWith('optimizer.')),
    random,
    collector,
    async iterate(step) {
      const episodes: Episode[] = [];
      let steps = 0;
      let learningRate = config.learningRate;
      for (let done = 0; done < config.updatesPerIteration && step + steps < config.steps; done++) {
        episodes.push(...(await collector.collect()));
        learningRate = scheduled(
          config.learningRateSchedule,
          config.learningRate,
          (step + steps) / config.steps,
        );
        writeRollout(collector.rollout, places);
        places['learningRate']!.write([learningRate]);
        await update.run();
        steps += rows;
      }
      const mean = await means.take(places['sums']!);
      checkFinite('a2c', step + steps, mean);
      return {
        steps,
        episodes,
        metrics: {
          ...collector.metrics(),
          'train/entropy_loss': -mean.entropy,
          'train/learning_rate': learningRate,
          'train/loss': mean.loss,
          'train/n_updates': (step + steps) / rows,
          'train/policy_loss': mean.policyLoss,
          ...(environment.actionSpace.kind === 'Box' && { 'train/std': mean.standardDeviation }),
          'train/value_loss': mean.valueLoss,
        },
      };
    },
    dispose() {
      agent.dispose();
      collector.dispose();
      update.dispose();
    },
  });
}
