/** A program as one gpu.js pipeline: arrays go in, kernels hand results on, arrays come out once at the end. */
import { shapeOf, sizeOf, type Attributes, type Program } from '@ascent-rl/core';
import { BackendError, UnsupportedError } from '@ascent-rl/core/errors';
import type { GPU, IKernelRunShortcut, IPipelineRunShortcut, KernelVariable } from 'gpu.js';
import type { Engine, GpuMode, ModeTraits } from './engine.ts';
import { groupsOf, isConstantArray, primitivesOf, type Group } from './plan/group.ts';
import { spellings } from './source/elementwise.ts';
import { kernelSource } from './source/kernel.ts';
import { rulesWith } from './source/rules.ts';

/** An array as gpu.js returns it: rows within rows, for results of several axes. */
export type Rows = Float32Array | readonly Rows[];

/** A program on the device. */
export interface Pipeline {
  /** Numbers of the inputs that it reads, in the order of `run`'s arguments. */
  readonly inputs: readonly number[];
  /** Numbers of the values that it computes, in the order of `run`'s results. */
  readonly results: readonly number[];
  /** Runs once. */
  run(inputs: readonly KernelVariable[]): Promise<readonly Rows[]>;
  /** Releases the kernels and their memory. */
  dispose(): Promise<void>;
}

/** The engine in one mode. */
export interface Device extends Pick<Engine, 'input'> {
  readonly gpu: GPU;
  readonly mode: GpuMode;
  readonly traits: ModeTraits;
}

/**
 * Compiles a program, and runs it once on zeros: gpu.js translates kernels when they first run.
 *
 * @param program - Rewritten (see `plan/rewrite.ts`).
 * @throws UnsupportedError naming the primitives of the kernel that the mode cannot run, and backends that can.
 * @throws BackendError when the GPU is lost.
 */
export async function createPipeline(device: Device, program: Program): Promise<Pipeline> {
  const { gpu, traits } = device;
  const groups = groupsOf(program, traits);
  if (groups.length === 0)
    return { inputs: [], results: [], run: async () => [], dispose: async () => undefined };
  const rules = rulesWith(spellings(traits.floats));
  const sources = groups.map((group) => {
    try {
      return kernelSource(program, group, rules, traits);
    } catch (cause) {
      throw unsupported(device, program, [group], cause);
    }
  });
  const kernels = sources.map(({ text, output }) =>
    gpu.createKernel(text, { output: [...output], precision: 'single' }),
  );
  const inputs = program.inputs.flatMap((_, i) => (groups.some(({ reads }) => reads.includes(i)) ? [i] : []));
  const outputs = new Set(program.outputs.map(({ value }) => value));
  const results = groups.map(({ value }) => value).filter((value) => outputs.has(value));
  const pipeline = connect(device, program, groups, kernels, inputs, results);

  async function run(places: readonly KernelVariable[]): Promise<readonly Rows[]> {
    try {
      const rows = (await pipeline(...places)) as readonly Rows[];
      // WebGL reads zeros from a lost context, without an error.
      if (!isLost(gpu)) return rows;
    } catch (cause) {
      if (!isLost(gpu, cause)) throw cause;
    }
    throw new BackendError(
      'gpu: the GPU was lost (reset, or taken by another page); open another backend and compile again',
    );
  }
  async function dispose(): Promise<void> {
    await pipeline.destroy();
    for (const kernel of kernels) kernel.destroy();
  }
  const zeros = (value: number) => {
    const size = sizeOf(shapeOf(program, value));
    return device.input(new Float32Array(size), [size]);
  };
  async function tryOut(): Promise<void> {
    try {
      await run(inputs.map(zeros));
      const { executorKind, fallbackReason, backend } = pipeline;
      if (traits.executors.includes(executorKind) && backend === traits.ranOn) return;
      throw new Error(`it ran as ${executorKind} on ${backend}, because ${fallbackReason}`);
    } catch (cause) {
      if (cause instanceof BackendError) throw cause;
      for (const [i, group] of groups.entries()) {
        try {
          await Promise.resolve(kernels[i]!(...group.reads.map(zeros)));
        } catch (reason) {
          throw unsupported(device, program, [group], reason);
        }
      }
      throw unsupported(device, program, groups, cause);
    }
  }
  await tryOut().catch(async (error: unknown) => {
    await dispose();
    throw error;
  });
  return { inputs, results, run, dispose };
}

/** What the mode cannot run: a kernel, or where each alone runs, all of them together. */
function unsupported(
  { mode }: Device,
  program: Program,
  groups: readonly Group[],
  cause: unknown,
): UnsupportedError {
  const primitives = [...new Set(groups.flatMap((group) => primitivesOf(program, group)))];
  const what = groups.length === 1 ? 'a kernel' : 'the kernels';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UnsupportedError(
    `gpu: ${mode} cannot run ${what} of ${primitives.join(', ')}: ${reason}; the backends wasm and onnx can`,
    { cause },
  );
}

/** True when the GPU, or the page's access to it, is gone. WebGPU says so in its errors only. */
function isLost(gpu: GPU, error?: unknown): boolean {
  const context = gpu.context as { isContextLost?(): boolean } | null;
  return context?.isContextLost?.() === true || (error instanceof Error && /\blost\b/.test(error.message));
}

/** The kernels connected by what they read and store. */
function connect(
  { gpu, input }: Device,
  program: Program,
  groups: readonly Group[],
  kernels: readonly IKernelRunShortcut[],
  inputs: readonly number[],
  results: readonly number[],
): IPipelineRunShortcut {
  function orchestrate(...handles: KernelVariable[]): KernelVariable[] {
    const values = new Map<number, KernelVariable>(inputs.map((value, i) => [value, handles[i]!]));
    program.instructions.forEach((instruction, i) => {
      if (!isConstantArray(instruction)) return;
      const { data } = instruction.attributes as Attributes['constant'];
      values.set(program.inputs.length + i, input(Float32Array.from(data), [data.length]));
    });
    groups.forEach(({ value, reads }, i) => {
      values.set(value, kernels[i]!(...reads.map((read) => values.get(read)!)));
    });
    return results.map((value) => values.get(value)!);
  }
  // gpu.js takes the number of arguments from the function's length.
  Object.defineProperty(orchestrate, 'length', { value: inputs.length });
  // Worker threads pay on idle cores only.
  return gpu.createPipeline(orchestrate, { threads: false });
}
