/**
 * Deterministic policy gradients, online: one step on every transition as it comes, without replay and without target
 * networks. Silver et al. 2014, "Deterministic Policy Gradient Algorithms", section 4.2, eq. 16 to 18,
 * http://proceedings.mlr.press/v32/silver14.html
 *
 *   δ = r + γ Q(s′, μ(s′)) − Q(s, a)      descend δ² by the critic's parameters      (eq. 16 and 17)
 *   θ ← θ + α ∇θ μ(s) ∇ₐ Q(s, a)|a=μ(s)                                              (eq. 18)
 *
 * The actions come from a noisy policy, so it is off-policy; steps are Adam's. With several environments a step is on
 * one transition of each.
 */
import { parseConfig, type Learner, type LearnerOptions } from '@ascent-rl/training';
import { dpgSchema, type DpgOptions } from './deterministic-config.ts';
import { deterministicLearner } from './deterministic-learner.ts';

/**
 * Trains with DPG.
 *
 * @throws ConfigError for hyper-parameters outside their range.
 * @throws UnsupportedError unless actions are a Box with finite limits.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await dpg({ environment, backend, seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function dpg(options: LearnerOptions<DpgOptions>): Promise<Learner> {
  const config = parseConfig(dpgSchema, options.config ?? {}, 'dpg');
  const { count } = options.environment;
  const online = {
    bufferSize: count,
    batchSize: count,
    multiStep: 1,
    averaging: 1,
    learningStarts: 0,
    trainFrequency: 1,
    gradientSteps: 1,
    critics: 1,
    policyDelay: 1,
    targetNoise: 0,
    targetNoiseClip: 0,
    batchNormalization: false,
  };
  return deterministicLearner({ ...options, algorithm: 'dpg', config: { ...config, ...online } });
}
