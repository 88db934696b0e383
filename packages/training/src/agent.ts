/**
 * An agent: a policy with its parameters and normalizer on a backend, ready to act, to be evaluated and exported.
 *
 * Shapes: N rows side by side, S numbers in an observation, A in an action, K in the noise of an action.
 */
import {
  trace,
  withConstants,
  type Backend,
  type DeviceArray,
  type Program,
  type Shape,
  type Tensor,
} from '@ascent-rl/core';
import { ConfigError } from '@ascent-rl/core/errors';
import type { Generator } from '@ascent-rl/core/random';
import { flattenInto, unflattenAction, type Space, type ValueOf } from '@ascent-rl/environments';
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
}

/** Acts for a fixed number of observations at once. */
export interface BatchActor {
  /**
   * Observations [N, S] as the environments give them → actions [N, A] as the environments take them, into `into`.
   * Calls that overlap are served in turn.
   */
  act(observations: Float32Array, into: Float32Array, options?: ActOptions): Promise<void>;
  /** Releases its programs. */
  dispose(): void;
}

/** A trained or training policy. */
export interface Agent {
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  /** The action for one observation, both as the spaces have them. */
  act(observation: ValueOf<Space>, options?: ActOptions): Promise<ValueOf<Space>>;
  /** An actor for N observations at once. */
  batch(count: number): Promise<BatchActor>;
  /**
   * The policy as a program with its parameters and normalizer baked in, for export: inputs `observation` [batch, S]
   * and `noise` [batch, K]; outputs `action`, `sampled_action` and the distribution's parameters.
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
    const compile = (kind: ActionKind) =>
      compileProgram(backend, actProgram(model, normalizer, count, kind), { parameters });
    const deterministicProgram = await compile('action');
    let samplingProgram: Promise<Compiled> | undefined;
    const draw = new Float32Array(count * model.noise.size);
    const act: BatchActor['act'] = async (observations, into, { deterministic = true, random } = {}) => {
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
        void samplingProgram?.then((program) => program.dispose());
      },
    };
  }

  return {
    observationSpace: model.observationSpace,
    actionSpace: model.actionSpace,
    batch,
    async act(observation, options) {
      const actor = await (single ??= batch(1));
      const row = new Float32Array(model.observationSize);
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
  const { layout, observationSize, noise } = model;
  const statisticsShapes: Record<string, Shape> = normalizer
    ? { mean: [observationSize], scale: [observationSize] }
    : {};
  return trace(
    ({ parameters, observation, noise: draw, normalizer: statistics }) => {
      const seen = normalizer
        ? observation.sub(statistics.mean!).mul(statistics.scale!).clip(-normalizer.clip, normalizer.clip)
        : observation;
      const policy = model.policy(layout.unpack(parameters), seen);
      const outputs: Record<string, Tensor> = {
        action: model.toEnvironment(policy.mode()),
        sampled_action: model.toEnvironment(policy.sample(draw)),
        ...model.describe(policy),
      };
      return only ? { [only]: outputs[only]! } : outputs;
    },
    {
      parameters: [layout.size],
      observation: [count, observationSize],
      noise: [count, noise.size],
      normalizer: statisticsShapes,
    },
  );
}

function scaleOf({ variance, epsilon }: ObservationNormalizer): Float64Array {
  return variance.map((value) => 1 / Math.sqrt(value + epsilon));
}
