/**
 * The part of a learner that off-policy algorithms have in common: act, remember, take gradient steps; counting,
 * reporting, stopping and saving.
 *
 * Shapes: N environments, S numbers in an observation, A in an action.
 */
import { NumericalError } from '@ascent-rl/core/errors';
import type { VectorEnvironment } from '@ascent-rl/environments';
import { randomActions, scaleActions } from './action-units.ts';
import type { Agent } from './agent.ts';
import { breather } from './breather.ts';
import { restoreArray, type Snapshot, type Stateful } from './checkpoint.ts';
import type { Places } from './compiled.ts';
import type { ExplorationNoise } from './exploration-noise.ts';
import { interaction, type Interaction } from './interaction.ts';
import type { Learner } from './learner.ts';
import type { Streams } from './learner-state.ts';
import type { MaskedChoice } from './masked-choice.ts';
import type { Metrics } from './metrics.ts';
import type { OffPolicyConfig } from './off-policy-config.ts';
import { onPolicyLearner, type ExperienceSource } from './on-policy-learner.ts';
import type { Transitions } from './replay-buffer.ts';
import type { Episode } from './statistics.ts';

/** Where transitions go. */
export interface Memory extends Stateful {
  /** Takes in one step of all environments, actions in the policy's units. */
  add(transitions: Transitions): unknown;
  /** What comes next belongs to other episodes. */
  cut(): void;
}

/** What an off-policy learner is made of. */
export interface OffPolicyOptions {
  readonly environment: VectorEnvironment;
  readonly agent: Agent;
  readonly config: OffPolicyConfig;
  readonly seed: number;
  /** Where an earlier learner stopped, if any. */
  readonly snapshot: Snapshot | undefined;
  /** Places whose values last, with their first values written. */
  readonly places: Places;
  /** Streams to save; `exploration` gives the random actions of the beginning. */
  readonly random: Streams<string> & Streams<'exploration'>;
  readonly memory: Memory;
  /** What is saved besides. */
  readonly state?: readonly Stateful[];
  /** What the policy chooses among, if it does; then random actions are allowed ones. */
  readonly choice?: MaskedChoice | undefined;
  /** Noise of a process that starts anew with each episode, if the actions have any. */
  readonly noise?: ExplorationNoise;
  /** Chooses actions [N, A] for observations [N, S], in the policy's units, after `step` environment steps. */
  act(observations: Float32Array, actions: Float32Array, step: number): Promise<unknown> | void;
  /** The gradient step number `update`, counted from 1; `progress` is the share of the training that is done. */
  learn(progress: number, update: number): Promise<unknown> | void;
  /** What to plot of the gradient steps since the last report, of which there was at least one. */
  report(step: number): Promise<Metrics>;
  /** Releases programs and places. */
  dispose(): void;
}

/** Off-policy learning sees observations and rewards as they are. */
const unnormalized = {
  normalizeObservations: false,
  normalizeRewards: false,
  observationClip: Infinity,
  rewardClip: Infinity,
};

/**
 * A learner that steps its environments, remembers, and every `trainFrequency` steps of each environment takes
 * `gradientSteps` gradient steps.
 *
 * @throws CheckpointError when the snapshot belongs to another architecture or environment.
 */
export function offPolicyLearner(options: OffPolicyOptions): Learner {
  const { environment, config, random, memory, choice, noise, act, learn, report } = options;
  const { count, actionSize, actionSpace } = environment;
  const { steps: totalSteps, learningStarts, trainFrequency, gradientSteps, stepsPerIteration } = config;
  const world = interaction(environment, { ...unnormalized, discount: config.discount }, choice?.senses);
  const updates = Float64Array.of(0);
  let learned = 0; // gradient steps since the last report
  const actions = new Float32Array(count * actionSize);
  const sent = new Float32Array(count * actionSize);
  const seen = new Float32Array(world.observations.length);
  const transitions: Transitions = {
    observations: seen,
    actions,
    rewards: world.rewards,
    nextObservations: world.observations,
    finalObservations: world.finalObservations(),
    terminated: environment.terminated,
    truncated: environment.truncated,
  };
  const breathe = breather();

  /** One step of every environment, `step` steps into the training. */
  async function experience(step: number): Promise<readonly Episode[]> {
    await breathe();
    seen.set(world.observations);
    if (step >= learningStarts) await act(seen, actions, step);
    else if (choice) for (let i = 0; i < count; i++) actions[i] = choice.draw(random.exploration, seen, i);
    else randomActions(random.exploration, actions);
    // Losses go bad before actions do, so what was learned last names the first bad quantity.
    if (actions.some(Number.isNaN)) {
      await reportLearned(step);
      throw new NumericalError(
        `off-policy learner: the policy chose [${actions.join(', ')}] at step ${step}`,
      );
    }
    sent.set(actions);
    scaleActions(actionSpace, sent);
    const ended = world.step(sent);
    if (ended.length > 0) world.finalObservations(); // in place, for the transitions
    memory.add(transitions);
    noise?.restart(environment.terminated, environment.truncated);
    return ended;
  }
  /** The gradient steps that are due after `step` steps. */
  async function learnAfter(step: number): Promise<void> {
    if (step <= learningStarts || (step / count) % trainFrequency !== 0) return;
    for (let done = 0; done < gradientSteps; done++) {
      updates[0] = updates[0]! + 1;
      await learn(step / totalSteps, updates[0]);
      learned += 1;
    }
  }
  /** What to plot of the gradient steps since the last report; nothing where there was none. */
  async function reportLearned(step: number): Promise<Metrics> {
    if (learned === 0) return {};
    learned = 0;
    return report(step);
  }

  return onPolicyLearner({
    ...options,
    totalSteps,
    collector: source(
      world,
      environment,
      [memory, ...(noise ? [noise] : []), ...(options.state ?? []), counter(updates)],
      () => {
        const everywhere = new Uint8Array(count).fill(1);
        memory.cut();
        noise?.restart(everywhere, everywhere);
      },
    ),
    async iterate(step) {
      const episodes: Episode[] = [];
      let now = step;
      for (let i = 0; i < stepsPerIteration && now < totalSteps; i++) {
        const ended = await experience(now);
        for (const episode of ended) episodes.push(episode);
        now += count;
        await learnAfter(now);
      }
      return {
        steps: now - step,
        episodes,
        metrics: {
          ...world.metrics(),
          'train/n_updates': updates[0]!,
          ...(await reportLearned(now)),
        },
      };
    },
  });
}

/** The environments with all that is saved beside them; `begin` is told of new episodes after restoring. */
function source(
  world: Interaction,
  { resumable }: VectorEnvironment,
  others: readonly Stateful[],
  begin: () => void,
): ExperienceSource {
  const parts = [world, ...others];
  return {
    start: (seed) => world.start(seed),
    state: () => Object.assign({}, ...parts.map((part) => part.state())) as ReturnType<Stateful['state']>,
    restore(snapshot) {
      for (const part of parts) part.restore(snapshot);
      if (!resumable) begin();
    },
  };
}

function counter(updates: Float64Array): Stateful {
  return {
    state: () => ({ updates }),
    restore: (snapshot) => restoreArray(snapshot, 'updates', updates),
  };
}
