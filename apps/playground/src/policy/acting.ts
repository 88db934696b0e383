/** An exported policy at work on a backend. */
import { outputShapes, simplify, sizeOf, type Backend, type Program } from '@ascent-rl/core';
import { generator } from '@ascent-rl/core/random';
import { readProgram } from '@ascent-rl/onnx';

/** Decisions that are timed. */
export const decisions = 100;
/** Decisions before, in which engines finish translating. */
const warmUp = 10;

/** A policy with what it is asked. */
export interface Task {
  /** From `observation` to `action`, for one observation; other inputs say that all is allowed and an episode starts. */
  readonly program: Program;
  /** Made-up observations, of standard deviation ½. */
  readonly observations: readonly Float32Array[];
}

/** What a backend made of it. */
export interface Acting {
  readonly engine: string;
  /** Numbers of every action, one behind the other. */
  readonly actions: readonly number[];
  /** Microseconds from an observation in ordinary memory to its action there: the median. */
  readonly latency: number;
}

/**
 * Reads a policy file.
 *
 * @throws ConfigError when it is none.
 */
export function policyTask(file: Uint8Array): Task {
  const program = simplify(readProgram(file, { batch: 1, outputs: ['action'] }));
  const random = generator(0);
  const size = sizeOf(observationInput(program).shape);
  const observation = () => Float32Array.from({ length: size }, () => 0.5 * random.standardNormal());
  return { program, observations: Array.from({ length: decisions }, observation) };
}

/** Policies of others may call it by another name. */
function observationInput({ inputs }: Program): Program['inputs'][number] {
  return inputs.find(({ name }) => name === 'observation') ?? inputs[0]!;
}

/** Runs the policy on every observation, one at a time. */
export async function act(backend: Backend, { program, observations }: Task): Promise<Acting> {
  const executable = await backend.compile(program);
  const places = Object.fromEntries(
    program.inputs.map(({ name, shape }) => {
      const place = backend.allocate(shape);
      // A memory begins with zeros; of masks and of the start of an episode 1 is the plain case.
      place.write(new Float32Array(place.size).fill(name === 'state' ? 0 : 1));
      return [name, place];
    }),
  );
  const observed = places[observationInput(program).name]!;
  const action = backend.allocate(outputShapes(program)['action']!);
  const call = executable.bind(places, { action });
  const decide = async (observation: Float32Array) => {
    observed.write(observation);
    await call.run();
    return action.read();
  };
  for (const observation of observations.slice(0, warmUp)) await decide(observation);
  const actions: number[] = [];
  const times: number[] = [];
  for (const observation of observations) {
    const start = performance.now();
    const decided = await decide(observation);
    times.push((performance.now() - start) * 1000);
    actions.push(...decided);
  }
  executable.dispose();
  const latency = times.sort((a, b) => a - b)[times.length >> 1]!;
  return { engine: backend.capabilities.engine, actions, latency };
}
