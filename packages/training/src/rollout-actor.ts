/**
 * The policy at work: it decides and judges for N observations at once, with the parameters as they are.
 *
 * Shapes: N environments, S numbers that the policy sees of a step, A in an action, K in the noise of an action,
 * H numbers in the state of its memory.
 */
import { trace, type Backend, type DeviceArray, type Shape } from '@ascent-rl/core';
import type { Generator } from '@ascent-rl/core/random';
import type { ActorCritic } from './actor-critic.ts';
import { breather } from './breather.ts';
import { compileProgram, readPlace } from './compiled.ts';
import { fillNoise } from './noise.ts';
import { pickEntries } from './records.ts';
import type { Decisions } from './rollout.ts';

/** What an actor is made of. */
export interface RolloutActorOptions {
  readonly model: ActorCritic;
  readonly backend: Backend;
  /** The place of the parameters [P], shared with whatever updates them. */
  readonly parameters: DeviceArray;
  /** Where the noise of actions comes from. */
  readonly random: Generator;
  /** N */
  readonly count: number;
}

/** Acts for N environments. The arrays that it returns are its own and change with the next call. */
export interface RolloutActor {
  /** The state of the policy's memory [N, H], where it has one; {@link decide} moves it on. */
  readonly memory: DeviceArray | undefined;
  /** Samples an action for each observation [N, S], with its log-probability and the state's value. */
  decide(observations: Float32Array): Promise<Decisions & { readonly actions: Float32Array }>;
  /** V(s) [N] of observations [N, S]. */
  judge(observations: Float32Array): Promise<Float32Array>;
  /** Releases its programs. */
  dispose(): void;
}

/** Compiles the two programs of an actor. */
export async function rolloutActor({
  model,
  backend,
  parameters,
  random,
  count,
}: RolloutActorOptions): Promise<RolloutActor> {
  const { layout, noise, observationSize, actionSize } = model;
  const shapes = {
    parameters: [layout.size],
    observations: [count, observationSize],
    memory: (model.memory ? { state: [count, model.memory.size] } : {}) as Record<string, Shape>,
  };
  const acting = await compileProgram(
    backend,
    trace(
      ({ parameters: flat, observations, memory, noise: draw }) => {
        const { policy, value, state } = model.apply(layout.unpack(flat), observations, memory['state']);
        const actions = policy.sample(draw);
        return {
          actions,
          logProbabilities: policy.logProbability(actions),
          values: value,
          memory: state ? { state } : {},
        };
      },
      { ...shapes, noise: [count, noise.size] },
    ),
    { parameters },
  );
  const judging = await compileProgram(
    backend,
    trace(({ parameters: flat, observations, memory }) => {
      const { value } = model.apply(layout.unpack(flat), observations, memory['state']);
      return { values: value };
    }, shapes),
    pickEntries(acting.places, (name) => name === 'parameters' || name === 'memory.state'),
  );
  const draw = new Float32Array(count * noise.size);
  const judged = new Float32Array(count);
  const breathe = breather();
  const decided = {
    actions: new Float32Array(count * actionSize),
    logProbabilities: new Float32Array(count),
    values: new Float32Array(count),
  };

  return {
    memory: acting.places['memory.state'],
    async decide(observations) {
      await breathe();
      fillNoise(noise.kind, random, draw);
      acting.places['noise']!.write(draw);
      acting.places['observations']!.write(observations);
      await acting.run();
      for (const name of ['actions', 'logProbabilities', 'values'] as const) {
        await readPlace(acting.places[name]!, decided[name]);
      }
      return { observations, ...decided };
    },
    async judge(observations) {
      judging.places['observations']!.write(observations);
      await judging.run();
      await readPlace(judging.places['values']!, judged);
      return judged;
    },
    dispose() {
      acting.dispose();
      judging.dispose();
    },
  };
}
