/**
 * Soft actor-critic for choices.
 * Christodoulou 2019, "Soft Actor-Critic for Discrete Action Settings", https://arxiv.org/abs/1910.07207
 *
 *   V(s) = π(s)ᵀ (minᵢ Q̄ᵢ(s) − α log π(s))               (eq. 10)
 *   y    = R + Γ V(s′)
 *   J_Q  = ½ Σᵢ E[(Qᵢ(s, a) − y)²]
 *   J_π  = E[π(s)ᵀ (α log π(s) − minᵢ Qᵢ(s))]            (eq. 12)
 *   J_α  = −log α · E[π(s)ᵀ log π(s) + H̄]                (eq. 11, in log α)
 *
 * It is {@link sac} with expectations in place of samples: the critics value every choice at once.
 */
import { ConfigError } from '@ascent-rl/core/errors';
import { parseConfig, type Learner, type LearnerOptions } from '@ascent-rl/training';
import { discreteSacSchema, type DiscreteSacOptions } from './sac-config.ts';
import { sacLearner } from './sac-learner.ts';
import { discreteSacModel } from './sac-model.ts';

/**
 * Trains with discrete SAC.
 *
 * @throws ConfigError for hyper-parameters outside their range, a target entropy above log n, and a replay buffer that
 *   does not fit into memory.
 * @throws UnsupportedError unless actions are Discrete.
 * @throws CheckpointError when the snapshot belongs to another architecture.
 *
 * @example
 * ```ts
 * const learner = await discreteSac({ environment, backend, config: discreteSacPresets['CartPole-v1'], seed: 1 });
 * for await (const { step, metrics } of learner.train()) console.log(step, metrics['rollout/ep_rew_mean']);
 * ```
 */
export async function discreteSac(options: LearnerOptions<DiscreteSacOptions>): Promise<Learner> {
  const config = parseConfig(discreteSacSchema, options.config ?? {}, 'discrete-sac');
  const model = discreteSacModel(options.environment, config);
  const { count: n } = model.choice!;
  if (config.targetEntropy !== null && config.targetEntropy > Math.log(n)) {
    throw new ConfigError(
      `discrete-sac: expected targetEntropy of at most log n = ${Math.log(n)} nats for n = ${n} choices, got ` +
        `${config.targetEntropy}; lower it, or leave it out`,
    );
  }
  return sacLearner({ ...options, algorithm: 'discrete-sac', model, config });
}
