/** A policy at work in N environments: it chooses actions in its own units, with the parameters as they are. */
import { trace, type Backend, type DeviceArray } from '@ascent-rl/core';
import type { Generator } from '@ascent-rl/core/random';
import { compileProgram, readPlace } from './compiled.ts';
import { fillNoise } from './noise.ts';
import type { Policy } from './policy.ts';

/** What an actor is made of. */
export interface PolicyActorOptions {
  readonly policy: Policy;
  readonly backend: Backend;
  /** The place of the parameters [P], shared with whatever updates them. */
  readonly parameters: DeviceArray;
  /** N */
  readonly count: number;
  /** Where the noise of sampled actions comes from; without it actions are the policy's mode. */
  readonly random?: Generator;
}

/** Chooses actions. */
export interface PolicyActor {
  /** Observations [N, S] → actions [N, A], into `actions`. */
  act(observations: Float32Array, actions: Float32Array): Promise<void>;
  /** Releases its program. */
  dispose(): void;
}

/** Compiles the program of an actor. */
export async function policyActor({
  policy,
  backend,
  parameters,
  count,
  random,
}: PolicyActorOptions): Promise<PolicyActor> {
  const { layout, noise, observationSize } = policy;
  const shapes = {
    parameters: [layout.size],
    observations: [count, observationSize],
    noise: [count, noise.size],
  };
  const program = trace(({ parameters: flat, observations, noise: draw }) => {
    const choice = policy.policy(layout.unpack(flat), observations);
    return { actions: random ? choice.sample(draw) : choice.mode() };
  }, shapes);
  const { places, run, dispose } = await compileProgram(backend, program, { parameters });
  const draw = new Float32Array(count * noise.size);

  return {
    async act(observations, actions) {
      places['observations']!.write(observations);
      if (random) {
        fillNoise(noise.kind, random, draw);
        places['noise']!.write(draw);
      }
      await run();
      await readPlace(places['actions']!, actions);
    },
    dispose,
  };
}
