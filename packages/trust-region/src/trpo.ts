/**
 * Trust region policy optimisation.
 * Schulman et al. 2015, section 6 and appendix C, https://arxiv.org/abs/1502.05477
 *
 *   maximise  L(θ) = E[π_θ(a|s) / π_old(a|s) · Â]  subject to  E[KL(π_old(·|s) ‖ π_θ(·|s))] ≤ δ
 *
 *   g = ∇L,  F = ∇² E[KL] + damping · I,  x ≈ F⁻¹ g by conjugate gradients
 *   θ = θ_old + βʲ √(2δ / xᵀFx) · x   with the smallest j = 0, 1, … for which L rises and the constraint holds
 *
 * When no j is accepted the policy stays as it was. F is never formed: F·v = ∇(∇E[KL] · v) + damping · v. The critic is
 * fitted to the λ-returns by Adam afterwards, as in sb3-contrib.
 *
 * Shapes: R rows in a rollout, P parameters.
 */
import { constant, gradient, simplify, trace, type Program, type Shape, type Tensor } from '@ascent-rl/core';
import type { Distribution, ParameterTree, TensorsOf } from '@ascent-rl/core/nn';
import { adam } from '@ascent-rl/core/optim';
import { generator } from '@ascent-rl/core/random';
import {
  actorCritic,
  actorCriticAgent,
  checkFinite,
  compileProgram,
  fillState,
  mapValues,
  minibatches,
  onPolicyLearner,
  parseConfig,
  pickEntries,
  rolloutCollector,
  rolloutShapes,
  scalarMeans,
  standardizedRows,
  streams,
  writeRollout,
  type ActorCritic,
  type Compiled,
  type Learner,
  type LearnerOptions,
  type Places,
} from '@ascent-rl/training';
import { ConfigError } from '@ascent-rl/core/errors';
import { borderStep, conjugateGradientStep, fisherVectorProduct } from './natural-gradient.ts';
import { trpoSchema, type TrpoConfig, type TrpoOptions } from './trpo-config.ts';

/** What the policy's step reads of a rollout; everything but the action is [R]. */
export interface TrpoBatch {
  /** What was done, before any clipping to the environment's limits, [R, A]. */
  readonly actions: Tensor;
  /** log π_old(a|s) */
  readonly logProbabilities: Tensor;
  /** Â */
  readonly advantages: Tensor;
}

/** L(θ), a scalar. */
export function surrogate(
  policy: Distribution,
  { actions, logProbabilities, advantages }: TrpoBatch,
  normalizeAdvantage: boolean,
): Tensor {
  const ratio = policy.logProbability(actions).sub(logProbabilities).exp();
  return ratio.mul(normalizeAdvantage ? standardizedRows(advantages) : advantages).mean();
}

/** The programs of one policy step, over the same places. */
export interface TrpoPrograms {
  /** g into `residual` and `direction`, 0 into `solution`, L(θ_old) into `objective`. */
  readonly start: Program;
  /** One conjugate gradient step. */
  readonly solve: Program;
  /** The full step, into `step`. */
  readonly scale: Program;
  /** θ_old + `fraction` · step into `candidate`, with its `gain` of L and its `divergence`. */
  readonly attempt: Program;
  /** Adam on the critic's squared error over the rows of `index`. */
  readonly fit: Program;
}

const means = scalarMeans(['valueLoss']);

/**
 * One of every `interval` rows, [rows / interval], always the same ones. Drawn, as rows of environments side by side
 * alternate: every second row of two environments would be those of the first.
 */
export function subsample(rows: number, interval: number): number[] {
  const random = generator(0);
  return Array.from({ length: rows / interval }, (_, i) => i * interval + random.integers(0, interval));
}

/** Traces the programs. */
export function trpoPrograms(model: ActorCritic, config: TrpoConfig, rows: number): TrpoPrograms {
  const { layout } = model;
  const size: Shape = [layout.size];
  const { observations, actions, logProbabilities, advantages, valueTargets } = rolloutShapes(model, rows);
  const rollout = { observations, actions, logProbabilities, advantages };
  const vectors = { solution: size, residual: size, direction: size };
  const optimizer = adam({ epsilon: config.adamEpsilon });
  const chosen = constant(subsample(rows, config.subsampling));
  const thin = (table: Tensor) => (config.subsampling === 1 ? table : table.gather(chosen));
  const policyAt = (observation: Tensor) => (parameters: TensorsOf<ParameterTree>) =>
    model.policy(parameters, thin(observation));
  const objective = (policy: Distribution, batch: TrpoBatch) =>
    surrogate(policy, mapValues({ ...batch }, thin), config.normalizeAdvantage);
  const fisher = (parameters: Tensor, observation: Tensor) => (vector: Tensor) =>
    fisherVectorProduct(policyAt(observation), layout, parameters, vector, config.damping);

  const start = trace(
    ({ parameters, rollout: { observations: seen, ...batch } }) => {
      const weights = layout.unpack(parameters);
      const value = objective(policyAt(seen)(weights), batch);
      const slope = layout.pack(gradient(value, weights));
      return { solution: slope.mul(0), residual: slope, direction: slope.add(0), objective: value };
    },
    { parameters: size, rollout },
  );
  const solve = trace(
    ({ parameters, rollout: { observations: seen }, ...state }) => ({
      ...conjugateGradientStep(state, fisher(parameters, seen), config.conjugateGradientTolerance),
    }),
    { parameters: size, rollout: { observations }, ...vectors },
  );
  const scale = trace(
    ({ parameters, rollout: { observations: seen }, solution }) => ({
      step: borderStep(solution, fisher(parameters, seen)(solution), config.targetKl),
    }),
    { parameters: size, rollout: { observations }, solution: size },
  );
  const attempt = trace(
    ({ parameters, step, fraction, objective: old, rollout: { observations: seen, ...batch } }) => {
      const candidate = parameters.add(step.mul(fraction));
      const [before, after] = [parameters, candidate].map((theta) => policyAt(seen)(layout.unpack(theta)));
      return {
        candidate,
        gain: objective(after!, batch).sub(old),
        divergence: before!.kl(after!).mean(),
      };
    },
    { parameters: size, step: size, fraction: [], objective: [], rollout },
  );
  const fit = trace(
    ({ parameters, optimizer: state, sums, rollout: tables, index, learningRate }) => {
      const weights = layout.unpack(parameters);
      const { value } = model.apply(weights, tables.observations.gather(index));
      const valueLoss = value.sub(tables.valueTargets.gather(index)).square().mean();
      const slope = layout.pack(gradient(valueLoss, weights));
      const next = optimizer.update({ parameters, gradient: slope, state, learningRate });
      return { parameters: next.parameters, optimizer: next.state, sums: means.add(sums, { valueLoss }) };
    },
    {
      parameters: size,
      optimizer: mapValues(optimizer.state(layout.size), ({ shape }) => shape),
      sums: means.shape,
      rollout: { observations, valueTargets },
      index: [config.batchSize],
      learningRate: [],
    },
  );
  return mapValues({ start, solve, scale, attempt, fit }, simplify);
}

/**
 * Trains with TRPO.
 *
 * @throws ConfigError for hyper-parameters outside their range, and a batch or a subsampling that does not divide the
 *   rollout.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await trpo({ environment, backend, config: trpoPresets['CartPole-v1'], seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function trpo(options: LearnerOptions<TrpoOptions>): Promise<Learner> {
  const { environment, backend, seed = 0, snapshot } = options;
  const config = parseConfig(trpoSchema, options.config ?? {}, 'trpo');
  const model = actorCritic(environment, { ...config, sharedNetwork: false });
  const rows = config.rolloutSteps * environment.count;
  if (rows % config.subsampling !== 0) {
    throw new ConfigError(
      `trpo: expected a subsampling that divides the rollout's ${rows} rows, got ${config.subsampling}`,
    );
  }
  const { batches, shuffle } = minibatches(rows, config.batchSize);
  const random = streams(seed, ['parameters', 'actions', 'minibatches']);

  const programs = trpoPrograms(model, config, rows);
  const compiled: Compiled[] = [];
  let places: Places = {};
  const compile = async (program: Program) => {
    const result = await compileProgram(backend, program, places);
    compiled.push(result);
    places = { ...places, ...result.places };
    return result;
  };
  const start = await compile(programs.start);
  const solve = await compile(programs.solve);
  const scale = await compile(programs.scale);
  const attempt = await compile(programs.attempt);
  const fit = await compile(programs.fit);
  const parameters = places['parameters']!;
  const candidate = new Float32Array(parameters.size);

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
  fillState(places, 'optimizer', adam({ epsilon: config.adamEpsilon }).state(model.layout.size));

  const scalar = async (name: string) => (await places[name]!.read())[0]!;

  /** The policy's step. Returns what it gained, or no change where no size of step was accepted. */
  async function improve(): Promise<{ gain: number; divergence: number; tries: number; accepted: number }> {
    await start.run();
    for (let i = 0; i < config.conjugateGradientSteps; i++) await solve.run();
    await scale.run();
    for (let tries = 1; tries <= config.lineSearchSteps; tries++) {
      places['fraction']!.write([config.lineSearchShrinkage ** (tries - 1)]);
      await attempt.run();
      const [gain, divergence] = [await scalar('gain'), await scalar('divergence')];
      if (gain > 0 && divergence <= config.targetKl) {
        parameters.write(await places['candidate']!.read(candidate));
        return { gain, divergence, tries, accepted: 1 };
      }
    }
    return { gain: 0, divergence: 0, tries: config.lineSearchSteps, accepted: 0 };
  }

  /** Epochs of shuffled minibatches for the critic. Returns the mean squared error. */
  async function fitCritic(): Promise<number> {
    places['learningRate']!.write([config.learningRate]);
    for (let epoch = 0; epoch < config.criticEpochs; epoch++) {
      shuffle(random.minibatches);
      for (const batch of batches) {
        places['index']!.write(batch);
        await fit.run();
      }
    }
    return (await means.take(places['sums']!)).valueLoss;
  }

  return onPolicyLearner({
    agent,
    totalSteps: config.steps,
    seed,
    snapshot,
    places: pickEntries(places, (name) => name === 'parameters' || name.startsWith('optimizer.')),
    random,
    collector,
    async iterate(step) {
      const episodes = await collector.collect();
      writeRollout(collector.rollout, places);
      const { gain, divergence, tries, accepted } = await improve();
      const valueLoss = await fitCritic();
      const objective = await scalar('objective');
      checkFinite('trpo', step + rows, { objective, valueLoss });
      return {
        steps: rows,
        episodes,
        metrics: {
          ...collector.metrics(),
          'train/is_line_search_success': accepted,
          'train/kl_divergence_loss': divergence,
          'train/line_search_tries': tries,
          'train/policy_objective': objective + gain,
          'train/value_loss': valueLoss,
        },
      };
    },
    dispose() {
      agent.dispose();
      collector.dispose();
      for (const program of compiled) program.dispose();
    },
  });
}
