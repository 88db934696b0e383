/**
 * The policy of SAC for real actions: a normal distribution squashed by tanh, with a mean and a deviation that both
 * depend on the state (Haarnoja et al. 2018, appendix C).
 */
import { layout, squashedGaussian, type SquashedGaussian } from '@ascent-rl/core/nn';
import { flatSize, type Space } from '@ascent-rl/environments';
import {
  boundedBox,
  denseNetwork,
  scaleToBox,
  type ActionChoice,
  type DenseNetworkOptions,
  type Policy,
} from '@ascent-rl/training';

/** A squashed normal distribution as a choice of actions. */
export interface SquashedChoice extends SquashedGaussian, ActionChoice {}

/** What the policy's network is made of. */
export interface SquashedPolicyOptions extends Pick<DenseNetworkOptions, 'activation' | 'eyes'> {
  readonly hiddenSizes: readonly number[];
}

/** Limits of log σ: beyond them a deviation is 0 or anything, as far as float32 and tanh can tell. */
const logDeviationLimits = [-20, 2] as const;

/**
 * The policy of SAC. Its actions lie within ±1.
 *
 * @throws UnsupportedError for an action space that is not a Box with finite limits.
 */
export function squashedPolicy(
  spaces: { readonly observationSpace: Space; readonly actionSpace: Space },
  { hiddenSizes, activation, eyes }: SquashedPolicyOptions,
): Policy<SquashedChoice> {
  const observationSize = flatSize(spaces.observationSpace);
  const actions = boundedBox(spaces.actionSpace, 'sac');
  const size = flatSize(actions);
  const network = denseNetwork({ sizes: [observationSize, ...hiddenSizes, 2 * size], eyes, activation });
  return {
    ...spaces,
    observationSize,
    actionSize: size,
    noise: { kind: 'normal', size },
    layout: layout(network.parameters),
    policy(parameters, observation) {
      const output = network.apply(parameters, observation);
      const squashed = squashedGaussian(
        output.slice(1, 0, size),
        output.slice(1, size).clip(...logDeviationLimits),
      );
      return { ...squashed, sample: (noise) => squashed.sampleWithLogProbability(noise).action };
    },
    describe: ({ base }) => ({ action_mean: base.mean, action_log_std: base.logStandardDeviation }),
    toEnvironment: (action) => scaleToBox(actions, action),
  };
}
