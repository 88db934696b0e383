/** A program as one gpu.js pipeline: arrays go in, kernels hand results on, arrays come out once at the end. */
import { shapeOf, sizeOf, type Attributes, type Program } from '@ascent-rl/core';
import { UnsupportedError } from '@ascent-rl/core/errors';
import type { GPU, IKernelRunShortcut, IPipelineRunShortcut, KernelVariable } from 'gpu.js';
import type { Engine, ModeTraits } from './engine.ts';
import { groupsOf, isConstantArray, type Group } from './plan/group.ts';
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
  readonly traits: ModeTraits;
}

/**
 * Compiles a program, and runs it once on zeros: gpu.js translates kernels when they first run.
 *
 * @param program - Rewritten (see `plan/rewrite.ts`), with at least one value to compute.
 * @throws UnsupportedError naming the primitives of the kernel that the mode cannot run, and a backend that can.
 */
export async function createPipeline(device: Device, program: Program): Promise<Pipeline> {
  const groups = groupsOf(program, device.traits);
  if (groups.length === 0)
    return { inputs: [], results: [], run: async () => [], dispose: async () => undefined };
  const outputs = new Set(program.outputs.map(({ value }) => value));
  const results = groups.map(({ value }) => value).filter((value) => outputs.has(value));
  const inputs = program.inputs.flatMap((_, i) => (groups.some(({ reads }) => reads.includes(i)) ? [i] : []));
  const kernels = groups.map((group) => createKernel(device, program, group));
  const pipeline = connect(device, program, groups, kernels, inputs, results);
  const dispose = async () => {
    await pipeline.destroy();
    for (const kernel of kernels) kernel.destroy();
  };
  const zeros = inputs.map((value) => {
    const size = sizeOf(shapeOf(program, value));
    return device.input(new Float32Array(size), [size]);
  });
  try {
    await pipeline(...zeros);
    const { executorKind, fallbackReason, backend } = pipeline;
    const { executors, ranOn } = device.traits;
    if (!executors.includes(executorKind) || backend !== ranOn) {
      throw new Error(`it ran as ${executorKind} on ${backend}, because ${fallbackReason}`);
    }
  } catch (cause) {
    await dispose();
    throw unsupported(program, groups, cause);
  }
  return {
    inputs,
    results,
    run: async (places) => (await pipeline(...places)) as readonly Rows[],
    dispose,
  };
}

function createKernel({ gpu, traits }: Device, program: Program, group: Group): IKernelRunShortcut {
  try {
    const { text, output } = kernelSource(program, group, rulesWith(spellings(traits.floats)), traits.rank);
    return gpu.createKernel(text, { output: [...output], precision: 'single' });
  } catch (cause) {
    throw unsupported(program, [group], cause);
  }
}

function unsupported(program: Program, groups: readonly Group[], cause: unknown): UnsupportedError {
  return new UnsupportedError('x', { cause });
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
    const values = new Map(inputs.map((value, i) => [value, handles[i]!]));
    program.instructions.forEach((instruction, i) => {
      if (!isConstantArray(instruction)) return;
      const { data } = instruction.attributes as Attributes['constant'];
      values.set(program.inputs.length + i, input(Float32Array.from(data), [data.length]));
    });
    groups.forEach(({ value, reads }, i) => {
      values.set(value, kernels[i]!(...reads.map((read) => values.get(read)!)) as KernelVariable);
    });
    return results.map((value) => values.get(value)!);
  }
  // gpu.js takes the number of arguments from the function's length.
  Object.defineProperty(orchestrate, 'length', { value: inputs.length });
  // Worker threads pay on idle cores only.
  return gpu.createPipeline(orchestrate, { threads: false });
}
