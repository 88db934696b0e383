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
  /** From `observation` to `action`, for one observation. */
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
  const size = sizeOf(program.inputs[0]!.shape);
  const observation = () => Float32Array.from({ length: size }, () => 0.5 * random.standardNormal());
  return { program, observations: Array.from({ length: decisions }, observation) };
}

/** Runs the policy on every observation, one at a time. */
export async function act(backend: Backend, { program, observations }: Task): Promise<Acting> {
  const executable = await backend.compile(program);
  const [input] = program.inputs;
  const place = backend.allocate(input!.shape);
  const action = backend.allocate(outputShapes(program)['action']!);
  const call = executable.bind({ [input!.name]: place }, { action });
  const decide = async (observation: Float32Array) => {
    place.write(observation);
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
