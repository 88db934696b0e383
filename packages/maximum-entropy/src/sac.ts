/**
 * Soft actor-critic with an automatically tuned temperature.
 * Haarnoja et al. 2018, "Soft Actor-Critic Algorithms and Applications", https://arxiv.org/abs/1812.05905
 *
 *   y   = R + Γ (minᵢ Q̄ᵢ(s′, ã′) − α log π(ã′|s′)),  ã′ ~ π(·|s′)
 *   J_Q = ½ Σᵢ E[(Qᵢ(s, a) − y)²]                                (eq. 5)
 *   J_π = E[α log π(ã|s) − minᵢ Qᵢ(s, ã)],  ã ~ π(·|s)           (eq. 9)
 *   J_α = −log α · E[log π(ã|s) + H̄]                             (eq. 18, in log α)
 *   Q̄ᵢ ← τ Qᵢ + (1 − τ) Q̄ᵢ
 *
 * Twin critics, no value network and no target policy, as in the paper's second version. The actor is judged by the
 * critics just fitted; all losses take the α from before its step.
 *
 * Shapes: B rows in a batch, S numbers in an observation, A in an action, N environments.
 */
import { parseConfig, type Learner, type LearnerOptions } from '@ascent-rl/training';
import { sacSchema, type SacOptions } from './sac-config.ts';
import { sacLearner } from './sac-learner.ts';
import { sacModel } from './sac-model.ts';

/**
 * Trains with SAC.
 *
 * @throws ConfigError for hyper-parameters outside their range, and a replay buffer that does not fit into memory.
 * @throws UnsupportedError unless actions are a Box with finite limits.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await sac({ environment, backend, config: sacPresets['Pendulum-v1'], seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function sac(options: LearnerOptions<SacOptions>): Promise<Learner> {
  const config = parseConfig(sacSchema, options.config ?? {}, 'sac');
  return sacLearner({ ...options, algorithm: 'sac', model: sacModel(options.environment, config), config });
}
