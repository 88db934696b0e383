/**
 * Asynchronous advantage actor-critic.
 * Mnih et al. 2016, algorithm S3 and section 4, https://arxiv.org/abs/1602.01783
 *
 * Every worker, again and again, on its own:
 *
 *   θ′ ← θ                                            pull the shared parameters
 *   act n steps with π(·|s; θ′)                       in environments of its own
 *   g ← ∇θ′ (−E[log π(a|s) Â] + c₁ E[(V(s) − R)²] − c₂ E[H(π(·|s))])
 *   s ← d s + (1 − d) g²,  θ ← θ − α g / √(s + ε)     push, without a lock
 *
 * θ and s lie in one SharedArrayBuffer (shared-model.ts), and with them the statistics by which observations and rewards are
 * normalized. Nobody waits for anybody, except that all pause when they have taken the steps of an iteration together, so
 * that the caller sees whole parameters and may stop.
 *
 * With one worker runs repeat themselves; with more they depend on which thread was first. Episodes and random numbers of
 * the workers are not part of a snapshot: a resumed training starts new episodes.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import { scheduled } from '@ascent-rl/core/optim';
import {
  actorCritic,
  actorCriticAgent,
  checkFinite,
  observationNormalizer,
  onPolicyLearner,
  parseConfig,
  runningMoments,
  streams,
  type Episode,
  type Learner,
  type LearnerOptions,
} from '@ascent-rl/training';
import { a3cSchema, type A3cOptions } from './config.ts';
import { a3cTeam, type A3cTeam } from './team.ts';
import type { A3cReport } from './update.ts';
import { sharedModel } from './shared-model.ts';

/**
 * Trains with A3C. `environment` only tells the spaces; the workers make their own from `world`.
 *
 * @throws ConfigError for hyper-parameters outside their range, and without `world`.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * // world.js exports `world = async (_, count) =>
 * //   ({ environment: makeVectorEnvironment('CartPole-v1', { count }), backend: await wasmBackend() })`.
 * const world = { url: new URL('./world.js', import.meta.url).href };
 * const learner = await a3c({ environment, backend, world, config: { workers: 2 } });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function a3c(options: LearnerOptions<A3cOptions>): Promise<Learner> {
  const { environment, backend, seed = 0, snapshot, world: module } = options;
  const config = parseConfig(a3cSchema, options.config ?? {}, 'a3c');
  if (module === undefined) {
    throw new ConfigError(
      'a3c: expected `world`, the module from which worker threads take their environments and backends, got none',
    );
  }
  const model = actorCritic(environment, config);
  const random = streams(seed, ['parameters']);
  const { size } = model.layout;
  const parameters = backend.allocate([size]);
  const squareAverage = backend.allocate([size]);
  const shared = sharedModel(size, environment.observationSize);
  const normalizer = config.normalizeObservations
    ? observationNormalizer(environment.observationSize, {
        clip: config.observationClip,
        moments: shared.observations,
      })
    : undefined;
  const returns = config.normalizeRewards ? runningMoments(1, 'rewards', shared.rewards) : undefined;
  const agent = actorCriticAgent({ model, backend, parameters, normalizer });
  parameters.write(model.layout.initialize(random.parameters));

  const rows = config.rolloutSteps * config.environments;
  const stepsPerIteration = config.updatesPerIteration * rows;
  let team: A3cTeam | undefined;
  /** Threads start with the first steps: whoever only evaluates needs none. */
  const startTeam = (step: number): A3cTeam =>
    a3cTeam(
      Array.from({ length: config.workers }, (_, index) => ({
        module,
        config,
        buffer: shared.buffer,
        seed: seed + step,
        index,
      })),
    );
  let recent: readonly Episode[] = [];

  return onPolicyLearner({
    agent,
    totalSteps: config.steps,
    seed,
    snapshot,
    places: { parameters, 'optimizer.squareAverage': squareAverage },
    random,
    collector: {
      start: () => undefined,
      state: () => ({ ...normalizer?.state(), ...returns?.state() }),
      restore(saved) {
        normalizer?.restore(saved);
        returns?.restore(saved);
      },
    },
    resumable: false,
    async iterate(step) {
      await parameters.read(shared.parameters);
      await squareAverage.read(shared.squareAverage);
      shared.steps[0] = step;
      team ??= startTeam(step);
      const limit = Math.min(step + stepsPerIteration, config.steps);
      const reports = await team.run(limit);
      parameters.write(shared.parameters);
      squareAverage.write(shared.squareAverage);

      const mean = meanOf(reports);
      checkFinite('a3c', shared.steps[0], mean);
      const episodes = reports.flatMap((report) => report.episodes);
      recent = [...recent, ...episodes].slice(-100);
      const over = (value: (episode: Episode) => number) =>
        recent.reduce((sum, episode) => sum + value(episode), 0) / recent.length;
      return {
        steps: shared.steps[0] - step,
        episodes,
        metrics: {
          'rollout/ep_rew_mean': over((episode) => episode.return),
          'rollout/ep_len_mean': over((episode) => episode.length),
          'train/entropy_loss': -mean.entropy,
          'train/learning_rate': scheduled(
            config.learningRateSchedule,
            config.learningRate,
            step / config.steps,
          ),
          'train/loss': mean.loss,
          'train/n_updates': shared.steps[0] / rows,
          'train/policy_loss': mean.policyLoss,
          ...(environment.actionSpace.kind === 'Box' && { 'train/std': mean.standardDeviation }),
          'train/value_loss': mean.valueLoss,
        },
      };
    },
    dispose() {
      team?.dispose();
      agent.dispose();
      parameters.dispose();
      squareAverage.dispose();
    },
  });
}

/** Means over the updates of all workers. */
function meanOf(reports: readonly A3cReport[]): A3cReport['mean'] {
  const worked = reports.filter(({ updates }) => updates > 0);
  const updates = worked.reduce((sum, report) => sum + report.updates, 0);
  const over = (name: keyof A3cReport['mean']) =>
    worked.reduce((sum, report) => sum + (report.updates / updates) * report.mean[name], 0);
  return {
    loss: over('loss'),
    policyLoss: over('policyLoss'),
    valueLoss: over('valueLoss'),
    entropy: over('entropy'),
    standardDeviation: over('standardDeviation'),
  };
}
