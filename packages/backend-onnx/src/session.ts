/** One ONNX Runtime session for a program, and its errors as ours. */
import { formatProgram, type Program } from '@ascent-rl/core';
import { BackendError, UnsupportedError } from '@ascent-rl/core/errors';
import { writeModel } from '@ascent-rl/onnx';
import type { InferenceSession, Tensor } from 'onnxruntime-node';

/** The engine's module. */
export type Engine = typeof import('onnxruntime-node');

/** A compiled program. */
export interface Session {
  /** Tensors of the inputs → tensors of the outputs, both in the program's order. */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  /** Gives the session's memory back. */
  release(): Promise<void>;
}

/**
 * Loads the engine.
 *
 * @throws BackendError when it is not installed or does not run here.
 */
export async function loadEngine(): Promise<Engine> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new BackendError(
      'onnx: onnxruntime-node is not installed or has no build for this platform; install it with ' +
        '`npm install onnxruntime-node@1.30 --onnxruntime-node-install=skip` (skip: no CUDA libraries are fetched)',
      { cause },
    );
  }
}

/**
 * Compiles a program.
 *
 * @throws UnsupportedError with the engine's reason, which names the primitive.
 */
export async function createSession(engine: Engine, program: Program, threads: number): Promise<Session> {
  // ONNX has one set of names for inputs and outputs, ours may share some: the session numbers them.
  const numbered: Program = {
    inputs: program.inputs.map(({ shape }, i) => ({ name: `input_${i}`, shape })),
    instructions: program.instructions,
    outputs: program.outputs.map(({ value }, i) => ({ name: `output_${i}`, value })),
  };
  // ONNX Runtime refuses a graph without outputs.
  if (program.outputs.length === 0) return { run: async () => [], release: async () => undefined };

  const inputNames = numbered.inputs.map(({ name }) => name);
  const outputNames = numbered.outputs.map(({ name }) => name);
  const model = writeModel(numbered, { opset: 17 });
  let session: InferenceSession | undefined;
  try {
    session = await engine.InferenceSession.create(model, sessionOptions(threads));
  } catch (cause) {
    throw new UnsupportedError(
      `onnx: cannot compile the program: ${messageOf(cause)}\n${formatProgram(program)}`,
      {
        cause,
      },
    );
  }

  const feeds: Record<string, Tensor> = {};
  return {
    async run(inputs) {
      if (session === undefined)
        throw new BackendError('onnx: the executable is disposed; compile the program again');
      inputs.forEach((tensor, i) => (feeds[inputNames[i]!] = tensor));
      try {
        const results = await session.run(feeds);
        return outputNames.map((name) => results[name]!);
      } catch (cause) {
        throw new BackendError(`onnx: the program failed: ${messageOf(cause)}`, { cause });
      }
    },
    async release() {
      const released = session;
      session = undefined;
      await released?.release();
    },
  };
}

function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Only what is fatal goes to stderr: warnings are about harmless things, errors are thrown as well.
    logSeverityLevel: 4,
    // Several threads spin while they wait, which makes a step of SAC a fifth faster; one has nobody to wait for.
    extra: { session: { intra_op: { allow_spinning: threads > 1 ? '1' : '0' } } },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
