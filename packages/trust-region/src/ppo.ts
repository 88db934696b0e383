/**
 * Proximal policy optimisation with the clipped surrogate.
 * Schulman et al. 2017, eq. 7 and 9, https://arxiv.org/abs/1707.06347
 *
 *   r = exp(log π(a|s) − log π_old(a|s))
 *   L = −E[min(r Â, clip(r, 1 − ε, 1 + ε) Â)] + c₁ E[(V(s) − R)²] − c₂ E[H(π(·|s))]
 *
 * Departs from the paper as its authors' code does (Huang et al. 2022, "The 37 Implementation Details of PPO"): Â is
 * standardized in each minibatch, gradients are clipped by their global norm, ½ of the squared error lies in c₁.
 * An episode cut short by a time limit bootstraps from the value of its own final observation.
 *
 * Shapes: R rows in a rollout, B in a minibatch, S numbers in an observation, A in an action, P parameters.
 */
import {
  constant,
  gradient,
  simplify,
  stack,
  standardize,
  toTensor,
  trace,
  where,
  type Operand,
  type Program,
  type Tensor,
} from '@ascent-rl/core';
import type { Distribution } from '@ascent-rl/core/nn';
import { adam, clipByGlobalNorm, scheduled } from '@ascent-rl/core/optim';
import {
  actorCritic,
  actorCriticAgent,
  checkFinite,
  compileProgram,
  fillState,
  mapValues,
  minibatches,
  parseConfig,
  pickEntries,
  restoreLearner,
  rolloutCollector,
  rolloutShapes,
  snapshotLearner,
  streams,
  writeRollout,
  type ActorCritic,
  type Learner,
  type LearnerOptions,
  type Metrics,
} from '@ascent-rl/training';
import { ppoSchema, type PpoConfig, type PpoOptions } from './ppo-config.ts';

/** Rows of experience; everything but the action is [B]. */
export interface PpoBatch {
  /** What was done, before any clipping to the environment's limits, [B, A]. */
  readonly actions: Tensor;
  /** log π_old(a|s) */
  readonly logProbabilities: Tensor;
  /** V_old(s) */
  readonly values: Tensor;
  /** Â, by generalized advantage estimation. */
  readonly advantages: Tensor;
  /** R = Â + V_old(s), the λ-return. */
  readonly valueTargets: Tensor;
}

/** The loss to descend and its parts, all scalars. */
export interface PpoLoss {
  readonly loss: Tensor;
  readonly policyLoss: Tensor;
  readonly valueLoss: Tensor;
  /** Mean entropy in nats. */
  readonly entropy: Tensor;
  /** E[(r − 1) − log r], a low-variance estimate of KL(π_old ‖ π) (Schulman 2020, "Approximating KL divergence"). */
  readonly approximateKl: Tensor;
  /** Share of ratios outside 1 ± ε. */
  readonly clipFraction: Tensor;
}

/** The part of a configuration that the loss needs. */
export type PpoLossConfig = Pick<
  PpoConfig,
  'valueClipRange' | 'valueWeight' | 'entropyWeight' | 'normalizeAdvantage'
>;

/**
 * PPO's loss on a minibatch.
 *
 * @param policy - π(·|s) under the current parameters.
 * @param value - V(s) under the current parameters, [B].
 * @param clipRange - ε: a number, or a scalar tensor where a schedule changes it.
 */
export function ppoLoss(
  policy: Distribution,
  value: Tensor,
  batch: PpoBatch,
  clipRange: Operand,
  config: PpoLossConfig,
): PpoLoss {
  const advantage = config.normalizeAdvantage ? standardize(batch.advantages) : batch.advantages;
  const logRatio = policy.logProbability(batch.actions).sub(batch.logProbabilities);
  const ratio = logRatio.exp();
  const excess = ratio.sub(1);
  const clipped = excess.max(toTensor(clipRange).neg()).min(clipRange).add(1);

  const policyLoss = ratio.mul(advantage).min(clipped.mul(advantage)).mean().neg();
  const valueLoss = squaredError(value, batch, config.valueClipRange).mean();
  const entropy = policy.entropy().mean();
  const loss = policyLoss.add(valueLoss.mul(config.valueWeight));
  return {
    // A bonus of weight 0 is left out: its derivative would be computed all the same.
    loss: config.entropyWeight === 0 ? loss : loss.sub(entropy.mul(config.entropyWeight)),
    policyLoss,
    valueLoss,
    entropy,
    approximateKl: excess.sub(logRatio).mean(),
    clipFraction: excess.abs().greater(clipRange).mean(),
  };
}

/** (V − R)², or with a range the larger of that and the error of V kept within the range of V_old. */
function squaredError(value: Tensor, { values, valueTargets }: PpoBatch, range: number | null): Tensor {
  const error = value.sub(valueTargets).square();
  if (range === null) return error;
  const clipped = values.add(value.sub(values).clip(-range, range));
  return error.max(clipped.sub(valueTargets).square());
}

const lossTerms = ['loss', 'policyLoss', 'valueLoss', 'entropy', 'approximateKl', 'clipFraction'] as const;

/** Sums over minibatches that {@link ppoUpdate} keeps, in this order. */
const reported = [...lossTerms, 'standardDeviation'] as const;

/**
 * One gradient step on one minibatch, as a program: gather the rows of `index` from the rollout, differentiate the
 * loss, clip, step Adam. Parameters, optimiser state and the sums of what is reported are updated in place.
 *
 * With a target KL, `active` falls from 1 to 0 at the first minibatch whose divergence is too large, and from then on
 * nothing changes.
 */
export function ppoUpdate(model: ActorCritic, config: PpoConfig, rows: number): Program {
  const { layout } = model;
  const optimizer = adam({ epsilon: config.adamEpsilon });
  const stopAt = config.targetKl === null ? Infinity : 1.5 * config.targetKl;
  const shapes = {
    parameters: [layout.size],
    optimizer: mapValues(optimizer.state(layout.size), ({ shape }) => shape),
    sums: [reported.length + 1],
    active: [],
    rollout: rolloutShapes(model, rows),
    index: [config.batchSize],
    learningRate: [],
    clipRange: [],
  } as const;

  const program = trace(
    ({ parameters, optimizer: state, sums, active, rollout, index, learningRate, clipRange }) => {
      const { observations, ...batch } = mapValues(rollout, (table) => table.gather(index));
      const weights = layout.unpack(parameters);
      const { policy, value } = model.apply(weights, observations);
      const logDeviation = model.describe(policy)['action_log_std'];
      const terms = {
        ...ppoLoss(policy, value, batch, clipRange, config),
        standardDeviation: logDeviation?.exp().mean() ?? constant(0),
      };
      const gradients = layout.pack(gradient(terms.loss, weights));
      const clipped = clipByGlobalNorm(gradients, config.maxGradientNorm);
      const next = optimizer.update({ parameters, gradient: clipped.gradient, state, learningRate });

      const goesOn = stopAt === Infinity ? active : active.mul(terms.approximateKl.less(stopAt));
      const keep = (updated: Tensor, old: Tensor) =>
        stopAt === Infinity ? updated : where(goesOn, updated, old);
      return {
        parameters: keep(next.parameters, parameters),
        optimizer: mapValues(next.state, (updated, name) => keep(updated, state[name])),
        sums: sums.add(stack([...reported.map((name) => terms[name]), constant(1)]).mul(active)),
        active: goesOn,
      };
    },
    shapes,
  );
  return simplify(program);
}

/**
 * Trains with PPO.
 *
 * @throws ConfigError for hyper-parameters outside their range, and a batch that does not divide the rollout.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await ppo({ environment, backend, config: ppoPresets['CartPole-v1'], seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function ppo(options: LearnerOptions<PpoOptions>): Promise<Learner> {
  const { environment, backend, seed = 0, snapshot } = options;
  const config = parseConfig(ppoSchema, options.config ?? {}, 'ppo');
  const model = actorCritic(environment, config);
  const rows = config.rolloutSteps * environment.count;
  const { batches, shuffle } = minibatches(rows, config.batchSize);
  const random = streams(seed, ['parameters', 'actions', 'minibatches']);

  const update = await compileProgram(backend, ppoUpdate(model, config, rows));
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
  let step = 0;
  let iteration = 0;

  parameters.write(model.layout.initialize(random.parameters));
  fillState(places, 'optimizer', adam({ epsilon: config.adamEpsilon }).state(model.layout.size));
  const lasting = pickEntries(places, (name) => name === 'parameters' || name.startsWith('optimizer.'));
  if (snapshot) {
    ({ step, iteration } = restoreLearner(snapshot, { places: lasting, random, collector }));
  } else {
    collector.start(seed);
  }

  /** Epochs of shuffled minibatches over the rollout. Returns what there is to plot. */
  async function learn(progress: number): Promise<Metrics> {
    const learningRate = scheduled(config.learningRateSchedule, config.learningRate, progress);
    const clipRange = scheduled(config.clipRangeSchedule, config.clipRange, progress);
    writeRollout(collector.rollout, places);
    places['learningRate']!.write([learningRate]);
    places['clipRange']!.write([clipRange]);
    places['sums']!.write(new Float32Array(reported.length + 1));
    places['active']!.write([1]);
    for (let epoch = 0; epoch < config.epochs; epoch++) {
      shuffle(random.minibatches);
      for (const batch of batches) {
        places['index']!.write(batch);
        await update.run();
      }
      if (config.targetKl !== null && (await places['active']!.read())[0] === 0) break;
    }
    const sums = await places['sums']!.read();
    const mean = Object.fromEntries(reported.map((name, i) => [name, sums[i]! / sums.at(-1)!])) as Record<
      (typeof reported)[number],
      number
    >;
    checkFinite('ppo', step + rows, mean);
    return {
      'train/approx_kl': mean.approximateKl,
      'train/clip_fraction': mean.clipFraction,
      'train/clip_range': clipRange,
      'train/entropy_loss': -mean.entropy,
      'train/learning_rate': learningRate,
      'train/loss': mean.loss,
      'train/policy_gradient_loss': mean.policyLoss,
      ...(environment.actionSpace.kind === 'Box' && { 'train/std': mean.standardDeviation }),
      'train/value_loss': mean.valueLoss,
    };
  }

  return {
    agent,
    get step() {
      return step;
    },
    totalSteps: config.steps,
    async *train() {
      while (step < config.steps) {
        const episodes = await collector.collect();
        const learned = await learn(step / config.steps);
        step += rows;
        iteration += 1;
        const counts = {
          'time/iterations': iteration,
          'time/total_timesteps': step,
          'train/n_updates': iteration * config.epochs,
        };
        yield {
          type: 'iteration',
          step,
          iteration,
          episodes,
          metrics: { ...collector.metrics(), ...counts, ...learned },
        };
      }
    },
    snapshot: () => snapshotLearner({ step, iteration, places: lasting, random, collector }),
    dispose() {
      agent.dispose();
      collector.dispose();
      update.dispose();
    },
  };
}
