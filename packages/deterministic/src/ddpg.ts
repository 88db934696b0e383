/**
 * Deep deterministic policy gradients.
 * Lillicrap et al. 2016, "Continuous control with deep reinforcement learning", algorithm 1,
 * https://arxiv.org/abs/1509.02971
 *
 *   y   = R + Γ Q′(s′, μ′(s′))
 *   L_Q = E[(Q(s, a) − y)²]                       (eq. 4)
 *   L_μ = −E[Q(s, μ(s))]                          (eq. 6)
 *   θ′  ← τ θ + (1 − τ) θ′
 *
 * That is TD3 with one critic, no delay and no smoothing.
 */
import { parseConfig, type Learner, type LearnerOptions } from '@ascent-rl/training';
import { ddpgSchema, type DdpgOptions } from './deterministic-config.ts';
import { deterministicLearner } from './deterministic-learner.ts';

/**
 * Trains with DDPG.
 *
 * @throws ConfigError for hyper-parameters outside their range, and a replay buffer that does not fit into memory.
 * @throws UnsupportedError unless actions are a Box with finite limits.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await ddpg({ environment, backend, config: ddpgPresets['Pendulum-v1'], seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function ddpg(options: LearnerOptions<DdpgOptions>): Promise<Learner> {
  const config = parseConfig(ddpgSchema, options.config ?? {}, 'ddpg');
  const plain = { critics: 1, policyDelay: 1, targetNoise: 0, targetNoiseClip: 0 };
  return deterministicLearner({ ...options, algorithm: 'ddpg', config: { ...config, ...plain } });
}
