/**
 * Twin delayed deep deterministic policy gradients.
 * Fujimoto et al. 2018, "Addressing Function Approximation Error in Actor-Critic Methods", algorithm 1,
 * https://arxiv.org/abs/1802.09477
 *
 *   ã   = clip(μ′(s′) + clip(σ̃ ε, ±c), ±1)        target policy smoothing   (eq. 14)
 *   y   = R + Γ min(Q′₁(s′, ã), Q′₂(s′, ã))        clipped double Q-learning (eq. 10)
 *   L_Q = Σᵢ E[(Qᵢ(s, a) − y)²]
 *   L_μ = −E[Q₁(s, μ(s))]                          every d-th step           (section 5.2)
 *   θ′  ← τ θ + (1 − τ) θ′                         with it
 *
 * Each of the three can be switched off: `targetNoise 0`, `critics 1`, `policyDelay 1`. Without all three it is DDPG.
 */
import { parseConfig, type Learner, type LearnerOptions } from '@ascent-rl/training';
import { td3Schema, type Td3Options } from './deterministic-config.ts';
import { deterministicLearner } from './deterministic-learner.ts';

/**
 * Trains with TD3.
 *
 * @throws ConfigError for hyper-parameters outside their range, and a replay buffer that does not fit into memory.
 * @throws UnsupportedError unless actions are a Box with finite limits.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await td3({ environment, backend, config: td3Presets['Pendulum-v1'], seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function td3(options: LearnerOptions<Td3Options>): Promise<Learner> {
  const config = parseConfig(td3Schema, options.config ?? {}, 'td3');
  return deterministicLearner({ ...options, algorithm: 'td3', config });
}
