/**
 * Proximal policy optimisation.
 * Schulman et al. 2017, algorithm 1, https://arxiv.org/abs/1707.06347; the losses are in ppo-loss.ts
 *
 * Play T steps in N environments with π_old, then take epochs of Adam steps on shuffled minibatches of what happened.
 * What keeps π near π_old is the clipped surrogate, or a penalty β KL(π_old ‖ π), whose weight may adapt: after each
 * rollout, β is doubled where the divergence is over 1.5 times its target and halved where it is under 1/1.5 of it.
 *
 * Departs from the paper as its authors' code does (Huang et al. 2022, "The 37 Implementation Details of PPO"): Â is
 * standardized in each minibatch, gradients are clipped by their global norm, ½ of the squared error lies in c₁.
 * An episode cut short by a time limit bootstraps from the value of its own final observation. A policy with a memory
 * learns from whole sequences: its minibatches are of environments, not of rows.
 *
 * Shapes: R rows in a rollout, P parameters.
 */
import type { Backend } from '@ascent-rl/core';
import { adam, scheduled } from '@ascent-rl/core/optim';
import {
  actorCritic,
  actorCriticAgent,
  checkFinite,
  compileProgram,
  fillState,
  minibatches,
  onPolicyLearner,
  parseConfig,
  pickEntries,
  rolloutCollector,
  sequenceMinibatches,
  streams,
  writeRollout,
  type ActorCritic,
  type Learner,
  type LearnerOptions,
  type Metrics,
  type SequenceBatch,
} from '@ascent-rl/training';
import { ppoSchema, type PpoConfig, type PpoOptions } from './ppo-config.ts';
import { adaptedKlWeight } from './ppo-loss.ts';
import { divergenceMeans, ppoDivergence, ppoMeans, ppoUpdate } from './ppo-update.ts';

/** The programs of a training, with their common places. */
async function compilePrograms(backend: Backend, model: ActorCritic, config: PpoConfig, rows: number) {
  const update = await compileProgram(backend, ppoUpdate(model, config, rows));
  const isAdaptive = config.objective === 'adaptiveKlPenalty';
  const divergence = isAdaptive
    ? await compileProgram(backend, ppoDivergence(model, config, rows), update.places)
    : undefined;
  return { update, divergence, places: { ...divergence?.places, ...update.places } };
}

/** Minibatches of rows, or of whole sequences for a policy with a memory. */
function batchesOf(model: ActorCritic, { rolloutSteps, batchSize }: PpoConfig, environments: number) {
  if (model.memory) return sequenceMinibatches(rolloutSteps, environments, batchSize);
  const { batches, shuffle } = minibatches(rolloutSteps * environments, batchSize);
  return { batches: batches.map((rows): SequenceBatch => ({ rows })), shuffle };
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
  const { batches, shuffle } = batchesOf(model, config, environment.count);
  const random = streams(seed, ['parameters', 'actions', 'minibatches']);

  const { update, divergence, places } = await compilePrograms(backend, model, config, rows);
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
  fillState(places, 'optimizer', adam({ epsilon: config.adamEpsilon }).state(model.layout.size));
  places['restraint.klWeight']?.write([config.klWeight]);

  /** Epochs of shuffled minibatches over the rollout. */
  async function descend(): Promise<void> {
    places['active']!.write([1]);
    for (let epoch = 0; epoch < config.epochs; epoch++) {
      shuffle(random.minibatches);
      for (const batch of batches) await runOn(batch, update.run);
      if (config.targetKl !== null && (await places['active']!.read())[0] === 0) break;
    }
  }
  async function runOn({ rows: index, environments }: SequenceBatch, run: () => Promise<void> | void) {
    places['index']!.write(index);
    if (environments) places['sequence.environments']!.write(environments);
    await run();
  }
  /** Measures how far the policy has moved and adapts β, where it adapts. */
  async function adapt(): Promise<Metrics> {
    const place = places['restraint.klWeight'];
    if (!place) return {};
    const weight = (await place.read())[0]!;
    if (!divergence) return { 'train/kl_weight': weight };
    for (const batch of batches) await runOn(batch, divergence.run);
    const { divergence: moved } = await divergenceMeans.take(places['divergences']!);
    place.write([adaptedKlWeight(weight, moved, config.klTarget)]);
    return { 'train/kl_weight': weight, 'train/kl': moved };
  }
  /** Learns from the rollout. Returns what there is to plot. */
  async function learn(step: number): Promise<Metrics> {
    const progress = step / config.steps;
    const learningRate = scheduled(config.learningRateSchedule, config.learningRate, progress);
    const clipRange = scheduled(config.clipRangeSchedule, config.clipRange, progress);
    writeRollout(collector.rollout, places);
    places['sequence.states']?.write(collector.states);
    places['learningRate']!.write([learningRate]);
    places['restraint.clipRange']?.write([clipRange]);
    places['restraint.oldParameters']?.write(await parameters.read());
    await descend();
    const adapted = await adapt();
    const mean = await ppoMeans.take(places['sums']!);
    checkFinite('ppo', step + rows, mean);
    return {
      ...adapted,
      'train/approx_kl': mean.approximateKl,
      ...(config.objective === 'clip' && {
        'train/clip_fraction': mean.clipFraction,
        'train/clip_range': clipRange,
      }),
      'train/entropy_loss': -mean.entropy,
      'train/learning_rate': learningRate,
      'train/loss': mean.loss,
      'train/policy_gradient_loss': mean.policyLoss,
      ...(environment.actionSpace.kind === 'Box' && { 'train/std': mean.standardDeviation }),
      'train/value_loss': mean.valueLoss,
    };
  }

  return onPolicyLearner({
    agent,
    totalSteps: config.steps,
    seed,
    snapshot,
    places: pickEntries(places, (name) => /^(parameters$|optimizer\.|restraint\.klWeight$)/.test(name)),
    random,
    collector,
    async iterate(step) {
      const episodes = await collector.collect();
      const learned = await learn(step);
      const updates = { 'train/n_updates': ((step + rows) / rows) * config.epochs };
      return { steps: rows, episodes, metrics: { ...collector.metrics(), ...updates, ...learned } };
    },
    dispose() {
      agent.dispose();
      collector.dispose();
      divergence?.dispose();
      update.dispose();
    },
  });
}
