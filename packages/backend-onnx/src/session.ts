/** One ONNX Runtime session for a program, and its errors as ours. */
import { costOf, formatProgram, shapeOf, type Program } from '@ascent-rl/core';
import { BackendError, UnsupportedError } from '@ascent-rl/core/errors';
import { writeModel } from '@ascent-rl/onnx';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Engine } from './engine.ts';

/** A compiled program. */
export interface Session {
  /**
   * Tensors of the inputs → tensors of the outputs, both in the program's order.
   *
   * @param into - Tensors to write the outputs to, for an engine that does; otherwise they are new.
   */
  run(inputs: readonly Tensor[], into?: readonly Tensor[]): Promise<readonly Tensor[]>;
  /** Gives the session's memory back. */
  release(): Promise<void>;
}

/**
 * Compiles a program.
 *
 * @throws UnsupportedError with the engine's reason, which names the primitive.
 */
export async function createSession(engine: Engine, program: Program, threads: number): Promise<Session> {
  // ONNX Runtime refuses a graph without outputs.
  if (program.outputs.length === 0) return { run: async () => [], release: async () => undefined };
  const isLarge = costOf(program).operations >= largeProgram;
  const compile = (part: Program) =>
    engine.schedule(() =>
      engine.InferenceSession.create(modelOf(part), sessionOptions(engine, isLarge ? threads : 1)),
    );
  let session: InferenceSession | undefined = await compile(program).catch(async (cause: unknown) => {
    const culprit = (await refusedOperation(program, compile)) ?? 'the program';
    throw new UnsupportedError(
      `onnx: cannot compile ${culprit}: ${messageOf(cause)}\n${formatProgram(program)}`,
      { cause },
    );
  });
  const inputNames = program.inputs.map((_, i) => inputName(i));
  const outputNames = program.outputs.map((_, i) => outputName(i));
  return {
    async run(inputs, into) {
      if (session === undefined)
        throw new BackendError('onnx: the executable is disposed; compile the program again');
      // Of this run alone: the engine reads them later, when another call may have begun.
      const feeds: Record<string, Tensor> = {};
      const fetches: Record<string, Tensor> = {};
      inputs.forEach((tensor, i) => (feeds[inputNames[i]!] = tensor));
      into?.forEach((tensor, i) => (fetches[outputNames[i]!] = tensor));
      try {
        const running = session;
        const results = await engine.schedule(() =>
          into ? running.run(feeds, fetches, quiet) : running.run(feeds, quiet),
        );
        return into ?? outputNames.map((name) => results[name]!);
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

/** Only what is fatal goes to stderr: warnings are about harmless things, errors are thrown as well. */
const quiet = { logSeverityLevel: 4 } as const;

const inputName = (i: number): string => `input_${i}`;
const outputName = (i: number): string => `output_${i}`;

/** ONNX has one set of names for inputs and outputs, ours may share some: the session numbers them. */
function modelOf({ inputs, instructions, outputs }: Program): Uint8Array {
  const numbered: Program = {
    inputs: inputs.map(({ shape }, i) => ({ name: inputName(i), shape })),
    instructions,
    outputs: outputs.map(({ value }, i) => ({ name: outputName(i), value })),
  };
  return writeModel(numbered, { opset: 17 });
}

/** The first operation that does not compile by itself, as not every engine says where it failed. */
async function refusedOperation(
  program: Program,
  compile: (part: Program) => Promise<InferenceSession>,
): Promise<string | undefined> {
  for (const [i, instruction] of program.instructions.entries()) {
    const inputs = instruction.inputs.map((value) => ({ name: '', shape: shapeOf(program, value) }));
    const alone: Program = {
      inputs,
      instructions: [{ ...instruction, inputs: inputs.map((_, operand) => operand) }],
      outputs: [{ name: '', value: inputs.length }],
    };
    try {
      await (await compile(alone)).release();
    } catch {
      return `${instruction.primitive}_${i}`;
    }
  }
  return undefined;
}

/** Floating-point operations from which a program gets all threads. Those of a smaller one would cost more than they save. */
const largeProgram = 1e8;

function sessionOptions({ provider }: Engine, threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Between runs, threads that spin would be in the way of those of the next program.
    extra: { session: { force_spinning_stop: '1' } },
    ...quiet,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
