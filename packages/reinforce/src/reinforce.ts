/**
 * REINFORCE: the Monte Carlo policy gradient.
 * Williams 1992, https://doi.org/10.1007/BF00992696; Sutton and Barto 2018, section 13.3
 *
 *   ∇J = E[Σₜ ∇ log π(aₜ|sₜ) ψₜ] ≈ 1/E Σ over episodes Σₜ ∇ log π(aₜ|sₜ) (ψₜ − b(sₜ))
 *   θ ← θ + α ∇J        or α ∇(J + c E[Σₜ H(π(·|sₜ))]): Williams and Peng 1991
 *
 * Play E whole episodes, judge every action (see judgement.ts), ascend, and, where the baseline is a value function,
 * fit it: descend (V(s) − y)² towards y = Gₜ or y = r + γ V(s′).
 *
 * Episodes are of any length and programs of fixed shapes, so the gradient is summed over batches of B rows; in the
 * last one some rows count for nothing.
 *
 * Shapes: B rows in a batch, S numbers in an observation, A in an action, P parameters.
 */
import { gradient, simplify, trace, type Backend, type Program, type Tensor } from '@ascent-rl/core';
import type { Distribution } from '@ascent-rl/core/nn';
import { adam, scheduled } from '@ascent-rl/core/optim';
import {
  actorCritic,
  actorCriticAgent,
  checkFinite,
  compileProgram,
  explainedVariance,
  fillState,
  mapValues,
  meanDeviation,
  onPolicyLearner,
  optimizerOf,
  parseConfig,
  pickEntries,
  scalarMeans,
  streams,
  type ActorCritic,
  type Compiled,
  type Episode,
  type Learner,
  type LearnerOptions,
  type Rollout,
} from '@ascent-rl/training';
import { episodeCollector } from './episodes.ts';
import { judge } from './judgement.ts';
import { reinforceSchema, type ReinforceConfig, type ReinforceOptions } from './reinforce-config.ts';

/** −Σ log π(a|s) ψ for actions [B, A] and their weights ψ [B]: its gradient is −∇J where ψ is divided by E. */
export function policyGradientLoss(policy: Distribution, actions: Tensor, weights: Tensor): Tensor {
  return policy.logProbability(actions).mul(weights).sum().neg();
}

/** The mean of (V(s) − y)² over the rows of weight 1, everything [B]. */
export function baselineLoss(value: Tensor, targets: Tensor, weights: Tensor): Tensor {
  return weightedMean(value.sub(targets).square(), weights);
}

function weightedMean(values: Tensor, weights: Tensor): Tensor {
  return values.mul(weights).sum().div(weights.sum().max(1));
}

const policyMeans = scalarMeans(['entropy', 'standardDeviation']);
const baselineMeans = scalarMeans(['valueLoss']);

function batchShapes({ observationSize, actionSize }: ActorCritic, batchSize: number) {
  return {
    observations: [batchSize, observationSize],
    actions: [batchSize, actionSize],
    advantages: [batchSize],
    valueTargets: [batchSize],
    /** 1 for a row, 0 for what fills the batch up. */
    weights: [batchSize],
  } as const;
}

/** Adds −∇J of a batch to `gradient`, as a program. */
export function policyGradient(model: ActorCritic, config: ReinforceConfig): Program {
  const { batchSize, episodesPerUpdate, entropyWeight } = config;
  const { layout } = model;
  const { observations, actions, advantages, weights } = batchShapes(model, batchSize);
  const shapes = {
    parameters: [layout.size],
    gradient: [layout.size],
    policySums: policyMeans.shape,
    batch: { observations, actions, advantages, weights },
  } as const;
  const program = trace(({ parameters, gradient: sum, policySums, batch }) => {
    const tree = layout.unpack(parameters);
    const policy = model.policy(tree, batch.observations);
    const loss = policyGradientLoss(policy, batch.actions, batch.advantages);
    const entropy = policy.entropy();
    const bonus = entropy
      .mul(batch.weights)
      .sum()
      .mul(entropyWeight / episodesPerUpdate);
    return {
      gradient: sum.add(layout.pack(gradient(entropyWeight === 0 ? loss : loss.sub(bonus), tree))),
      policySums: policyMeans.add(policySums, {
        entropy: weightedMean(entropy, batch.weights),
        standardDeviation: meanDeviation(model, policy),
      }),
    };
  }, shapes);
  return simplify(program);
}

/** θ ← θ + α ∇J, as a program; `gradient` starts anew. */
export function ascent(model: ActorCritic, config: ReinforceConfig): Program {
  const { size } = model.layout;
  const optimizer = optimizerOf(config);
  const program = trace(
    ({ parameters, optimizer: state, gradient: slope, learningRate }) => {
      const { policy } = learningRate;
      const next = optimizer.update({ parameters, gradient: slope, state, learningRate: policy });
      return { parameters: next.parameters, optimizer: next.state, gradient: slope.mul(0) };
    },
    {
      parameters: [size],
      optimizer: mapValues(optimizer.state(size), ({ shape }) => shape),
      gradient: [size],
      learningRate: { policy: [] },
    },
  );
  return simplify(program);
}

/** A step of Adam that fits the values to their targets on a batch, as a program. */
export function baselineFit(model: ActorCritic, { batchSize }: ReinforceConfig): Program {
  const { layout } = model;
  const optimizer = adam();
  const { observations, valueTargets, weights } = batchShapes(model, batchSize);
  const shapes = {
    parameters: [layout.size],
    optimizer: { baseline: mapValues(optimizer.state(layout.size), ({ shape }) => shape) },
    baselineSums: baselineMeans.shape,
    batch: { observations, valueTargets, weights },
    learningRate: { baseline: [] },
  } as const;
  const program = trace(({ parameters, optimizer: states, baselineSums, batch, learningRate }) => {
    const tree = layout.unpack(parameters);
    const { value } = model.apply(tree, batch.observations);
    const valueLoss = baselineLoss(value, batch.valueTargets, batch.weights);
    const next = optimizer.update({
      parameters,
      gradient: layout.pack(gradient(valueLoss, tree)),
      state: states.baseline,
      learningRate: learningRate.baseline,
    });
    return {
      parameters: next.parameters,
      optimizer: { baseline: next.state },
      baselineSums: baselineMeans.add(baselineSums, { valueLoss }),
    };
  }, shapes);
  return simplify(program);
}

/** Runs a program on the first `rows` rows of a record, batch after batch. */
export async function forEachBatch({ places, run }: Compiled, record: Rollout, rows: number): Promise<void> {
  const batchSize = places['batch.weights']!.size;
  const weights = new Float32Array(batchSize);
  for (let from = 0; from < rows; from += batchSize) {
    for (const name of ['observations', 'actions', 'advantages', 'valueTargets'] as const) {
      const place = places[`batch.${name}`];
      const width = place ? place.size / batchSize : 0;
      place?.write(record[name].subarray(from * width, (from + batchSize) * width));
    }
    places['batch.weights']!.write(weights.fill(1).fill(0, rows - from));
    await run();
  }
}

/** The programs of a training, with their common places. */
async function compilePrograms(backend: Backend, model: ActorCritic, config: ReinforceConfig) {
  const estimate = await compileProgram(backend, policyGradient(model, config));
  const ascend = await compileProgram(backend, ascent(model, config), estimate.places);
  const fit =
    config.baseline === 'value'
      ? await compileProgram(backend, baselineFit(model, config), estimate.places)
      : undefined;
  return { estimate, ascend, fit, places: { ...fit?.places, ...ascend.places, ...estimate.places } };
}

/**
 * Trains with REINFORCE.
 *
 * @throws ConfigError for hyper-parameters outside their range, and episodes that environments cannot share evenly.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await reinforce({ environment, backend, config: { baseline: 'value' }, seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function reinforce(options: LearnerOptions<ReinforceOptions>): Promise<Learner> {
  const { environment, backend, seed = 0, snapshot } = options;
  const config = parseConfig(reinforceSchema, options.config ?? {}, 'reinforce');
  const model = reinforceModel(environment, config);
  const random = streams(seed, ['parameters', 'actions']);

  const { estimate, ascend, fit, places } = await compilePrograms(backend, model, config);
  const parameters = places['parameters']!;
  const collector = await episodeCollector({
    model,
    environment,
    backend,
    parameters,
    random: random.actions,
    config,
  });
  const { world } = collector;
  const judgement = judge(config);
  const agent = actorCriticAgent({ model, backend, parameters, normalizer: world.normalizer });
  parameters.write(model.layout.initialize(random.parameters));
  fillState(places, 'optimizer', optimizerOf(config).state(model.layout.size));
  if (fit) fillState(places, 'optimizer.baseline', adam().state(model.layout.size));

  /** Plays, judges, ascends and fits. */
  async function learnOnce(progress: number): Promise<readonly Episode[]> {
    const episodes = await collector.collect(config.episodesPerUpdate);
    const { record, rows } = collector;
    judgement.judge(record, rows, episodes.length);
    await forEachBatch(estimate, record, rows);
    const rate = scheduled(config.learningRateSchedule, 1, progress);
    places['learningRate.policy']!.write([rate * config.learningRate]);
    await ascend.run();
    places['learningRate.baseline']?.write([rate * config.baselineLearningRate]);
    for (let epoch = 0; fit && epoch < config.baselineEpochs; epoch++) await forEachBatch(fit, record, rows);
    return episodes;
  }

  return onPolicyLearner({
    agent,
    totalSteps: config.steps,
    seed,
    snapshot,
    places: pickEntries(places, (name) => name === 'parameters' || name.startsWith('optimizer.')),
    random,
    collector: {
      start: (first) => collector.start(first),
      state: () => ({ ...collector.state(), ...judgement.state() }),
      restore(saved) {
        collector.restore(saved);
        judgement.restore(saved);
      },
    },
    async iterate(step) {
      const episodes: Episode[] = [];
      let steps = 0;
      let progress = 0;
      for (let done = 0; done < config.updatesPerIteration && step + steps < config.steps; done++) {
        progress = (step + steps) / config.steps;
        episodes.push(...(await learnOnce(progress)));
        steps += collector.rows;
      }
      const { entropy, standardDeviation } = await policyMeans.take(places['policySums']!);
      const { record, rows } = collector;
      const mean = { entropy, ...(fit && (await baselineMeans.take(places['baselineSums']!))) };
      checkFinite('reinforce', step + steps, mean);
      return {
        steps,
        episodes,
        metrics: {
          ...world.metrics(),
          'train/entropy_loss': -entropy,
          'train/learning_rate': scheduled(config.learningRateSchedule, config.learningRate, progress),
          'train/n_updates': world.episodes.episodes() / config.episodesPerUpdate,
          ...(environment.actionSpace.kind === 'Box' && { 'train/std': standardDeviation }),
          ...(mean.valueLoss !== undefined && {
            'train/value_loss': mean.valueLoss,
            'train/explained_variance': explainedVariance(
              record.values.subarray(0, rows),
              record.valueTargets.subarray(0, rows),
            ),
          }),
        },
      };
    },
    dispose() {
      agent.dispose();
      collector.dispose();
      for (const program of [fit, ascend, estimate]) program?.dispose();
    },
  });
}

/** The policy of REINFORCE, and its value baseline where it has one. */
export function reinforceModel(
  spaces: Parameters<typeof actorCritic>[0],
  config: ReinforceConfig,
): ActorCritic {
  return actorCritic(
    spaces,
    { ...config, sharedNetwork: false },
    { sigmoidChoice: config.binaryPolicy === 'sigmoid', critic: config.baseline === 'value' },
  );
}
