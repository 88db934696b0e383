/**
 * The names of the numbers that training reports: those of Stable-Baselines3, which people's dashboards know.
 */

/** Every standard metric and what it says. */
export const metricDescriptions = {
  'rollout/ep_rew_mean': 'mean return of the last 100 training episodes, rewards not normalized',
  'rollout/ep_len_mean': 'mean length of the last 100 training episodes, in steps',
  'rollout/exploration_rate': 'share ε of random actions',
  'eval/mean_reward': 'mean return of the evaluation episodes',
  'eval/mean_ep_length': 'mean length of the evaluation episodes, in steps',
  'time/fps': 'environment steps a second since the training started or resumed',
  'time/iterations': 'iterations, each of which ends with a report',
  'time/time_elapsed': 'seconds since the training started or resumed',
  'time/total_timesteps': 'environment steps over all environments',
  'time/episodes': 'episodes finished',
  'train/approx_kl': 'mean of (r − 1) − log r, an estimate of the KL divergence from the old policy',
  'train/clip_fraction': 'share of the ratios r outside the clip range',
  'train/clip_range': 'clip range ε of the ratio r',
  'train/entropy_loss': 'minus the mean entropy of the policy',
  'train/explained_variance': '1 − Var(target − value) / Var(target); at most 1',
  'train/is_line_search_success': '1 where the line search accepted a step, else 0',
  'train/kl_divergence_loss': 'mean KL divergence of the old policy from the new one, in nats',
  'train/kl': 'mean KL divergence of the policy from the old one, after learning from a rollout',
  'train/kl_weight': 'weight β of the penalty on the KL divergence',
  'train/learning_rate': 'step size of the optimizer',
  'train/line_search_tries': 'candidates that the line search tried',
  'train/loss': 'mean total loss of the minibatches',
  'train/n_updates':
    'passes over rollouts, those cut short by a target KL in full; gradient steps where there are no rollouts',
  'train/policy_gradient_loss': 'mean loss of the policy',
  'train/policy_loss': 'mean loss of the policy',
  'train/policy_objective': 'surrogate objective after the policy step',
  'train/value_loss': 'mean loss of the value function',
  'train/std': 'mean standard deviation of a Gaussian policy',
  'train/actor_loss': 'mean loss of the actor',
  'train/critic_loss': 'mean loss of the critics',
  'train/ent_coef': 'weight of the entropy, the temperature α',
  'train/ent_coef_loss': 'loss of the temperature',
} as const;

/** The name of a standard metric. */
export type MetricName = keyof typeof metricDescriptions;

/** Some standard metrics at one moment. */
export type Metrics = { readonly [name in MetricName]?: number };
