/**
 * An agent: a policy with its parameters and normalizer on a backend, ready to act, to be evaluated and exported.
 *
 * Shapes: N rows side by side, S numbers in an observation, A in an action, K in the noise of an action.
 */
import {
  concat,
  trace,
  withConstants,
  type Backend,
  type DeviceArray,
  type Program,
  type Shape,
  type Tensor,
} from '@ascent-rl/core';
import { ConfigError, ShapeError } from '@ascent-rl/core/errors';
import type { Generator } from '@ascent-rl/core/random';
import {
  flatSize,
  flattenInto,
  unflattenAction,
  violation,
  withoutLimits,
  type Space,
  type ValueOf,
} from '@ascent-rl/environments';
import { compileProgram, readPlace, type Compiled } from './compiled.ts';
import { fillNoise } from './noise.ts';
import type { ObservationNormalizer } from './normalization.ts';
import type { Policy } from './policy.ts';

/** How to act. */
export interface ActOptions {
  /** The policy's mode instead of a sample; default true. */
  readonly deterministic?: boolean;
  /** Where samples come from; needed when not deterministic. */
  readonly random?: Generator;
  /** Where an episode starts, [N], 1 or 0, for a policy with a memory; by default all go on. */
  readonly starts?: ArrayLike<number> | undefined;
  /** Which choices are allowed, [N, M], 1 or 0, for a policy that heeds it; by default all are. */
  readonly actionMasks?: ArrayLike<number> | undefined;
}

/** Acts for a fixed number of observations at once. */
export interface BatchActor {
  /**
   * Observations [N, S] as the environments give them → actions [N, A] as the environments take them, into `into`.
   * Calls that overlap are served in turn. A memory goes on from call to call.
   */
  act(observations: Float32Array, into: Float32Array, options?: ActOptions): Promise<void>;
  /** Releases its programs. */
  dispose(): void;
}

/** A trained or training policy. */
export interface Agent {
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  /**
   * The action for one observation, both as the spaces have them.
   *
   * @throws ShapeError for an observation of another form, or with a number that is not finite; limits are not checked.
   */
  act(observation: ValueOf<Space>, options?: ActOptions): Promise<ValueOf<Space>>;
  /** An actor for N observations at once. */
  batch(count: number): Promise<BatchActor>;
  /**
   * The policy as a program with its parameters and normalizer baked in, for export: inputs `observation` [batch, S]
   * and `noise` [batch, K]; outputs `action`, `sampled_action` and the distribution's parameters. A policy that heeds
   * masks takes `action_mask` [batch, M] too; one with a memory takes `episode_start` [batch, 1] and `state` [batch, H],
   * which is 0 at first, and gives `next_state`.
   */
  policyProgram(): Promise<(batch: number) => Program>;
  /** Releases compiled programs; parameters belong to whoever made the agent. */
  dispose(): void;
}

/** An agent that acts by the policy `model`, whose parameters lie in a place of `backend`. */
export function actorCriticAgent({
  model,
  backend,
  parameters,
  normalizer,
}: {
  readonly model: Policy;
  readonly backend: Backend;
  readonly parameters: DeviceArray;
  readonly normalizer: ObservationNormalizer | undefined;
}): Agent {
  let single: Promise<BatchActor> | undefined;

  async function batch(count: number): Promise<BatchActor> {
    const state = model.memory && backend.allocate([count, model.memory.size]);
    const shared = { parameters, ...(state && { state, next_state: state }) };
    const compile = (kind: ActionKind) =>
      compileProgram(backend, actProgram(model, normalizer, count, kind), shared);
    const deterministicProgram = await compile('action');
    let samplingProgram: Promise<Compiled> | undefined;
    const draw = new Float32Array(count * model.noise.size);
    const noStarts = new Float32Array(count);
    const allAllowed = new Float32Array(count * (model.senses?.choices ?? 0)).fill(1);
    const act: BatchActor['act'] = async (observations, into, options = {}) => {
      const { deterministic = true, random, starts = noStarts, actionMasks = allAllowed } = options;
      const { places, run } = deterministic
        ? deterministicProgram
        : await (samplingProgram ??= compile('sampled_action'));
      if (!deterministic) {
        if (random === undefined)
          throw new ConfigError('act: a sampled action needs `random`, a seeded generator');
        fillNoise(model.noise.kind, random, draw);
        places['noise']!.write(draw);
      }
      if (normalizer) {
        places['normalizer.mean']!.write(normalizer.mean);
        places['normalizer.scale']!.write(scaleOf(normalizer));
      }
      places['episode_start']?.write(starts);
      places['action_mask']?.write(actionMasks);
      places['observation']!.write(observations);
      await run();
      await readPlace(places[deterministic ? 'action' : 'sampled_action']!, into);
    };
    // Calls share the program's places, so each waits for the one before, also where the caller does not.
    let previous: Promise<unknown> = Promise.resolve();
    return {
      act(...request) {
        const result = previous.then(() => act(...request));
        previous = result.catch(() => undefined);
        return result;
      },
      dispose() {
        deterministicProgram.dispose();
        state?.dispose();
        void samplingProgram?.then((program) => program.dispose());
      },
    };
  }

  const acceptedObservations = withoutLimits(model.observationSpace);
  return {
    observationSpace: model.observationSpace,
    actionSpace: model.actionSpace,
    batch,
    async act(observation, options) {
      const problem = violation(acceptedObservations, observation, 'observation');
      if (problem !== undefined) {
        throw new ShapeError(
          `act: expected an observation of ${String(model.observationSpace)}, got ${problem}`,
        );
      }
      const actor = await (single ??= batch(1));
      const row = new Float32Array(flatSize(model.observationSpace));
      flattenInto(model.observationSpace, observation, row);
      const action = new Float32Array(model.actionSize);
      await actor.act(row, action, options);
      return unflattenAction(model.actionSpace, action);
    },
    async policyProgram() {
      const values = {
        parameters: await parameters.read(),
        ...(normalizer && { 'normalizer.mean': normalizer.mean, 'normalizer.scale': scaleOf(normalizer) }),
      };
      return (count) => withConstants(actProgram(model, normalizer, count), values);
    },
    dispose() {
      void single?.then((actor) => actor.dispose());
      single = undefined;
    },
  };
}

/** The two ways to act, by the names of their outputs. */
type ActionKind = 'action' | 'sampled_action';

/** From observations as the environment gives them to actions as it takes them; all outputs, or the one named. */
function actProgram(
  model: Policy,
  normalizer: ObservationNormalizer | undefined,
  count: number,
  only?: ActionKind,
): Program {
  const { layout, noise, senses, memory } = model;
  const size = flatSize(model.observationSpace);
  const beside: Record<string, Shape> = {
    ...(senses?.starts && { episode_start: [count, 1] }),
    ...(senses && senses.choices > 0 && { action_mask: [count, senses.choices] }),
  };
  const shapes: Record<string, Shape> = {
    parameters: [layout.size],
    observation: [count, size],
    noise: [count, noise.size],
    ...beside,
    ...(memory && { state: [count, memory.size] }),
    ...(normalizer && { 'normalizer.mean': [size], 'normalizer.scale': [size] }),
  };
  return trace((inputs) => {
    const { parameters, observation, noise: draw, state } = inputs as Record<string, Tensor>;
    const normal = normalizer
      ? observation!
          .sub(inputs['normalizer.mean']!)
          .mul(inputs['normalizer.scale']!)
          .clip(-normalizer.clip, normalizer.clip)
      : observation!;
    const others = Object.keys(beside).map((name) => inputs[name]!);
    const seen = others.length > 0 ? concat([normal, ...others], 1) : normal;
    const weights = layout.unpack(parameters!);
    const policy = model.policy(weights, seen, state);
    const outputs: Record<string, Tensor> = {
      action: model.toEnvironment(policy.mode()),
      sampled_action: model.toEnvironment(policy.sample(draw!)),
      ...model.describe(policy),
    };
    return {
      ...(only ? { [only]: outputs[only]! } : outputs),
      ...(memory && { next_state: memory.next(weights, seen, state!) }),
    };
  }, shapes);
}

function scaleOf({ variance, epsilon }: ObservationNormalizer): Float64Array {
  return variance.map((value) => 1 / Math.sqrt(value + epsilon));
}
