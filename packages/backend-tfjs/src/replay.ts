/** Running a plan: prepared kernel calls, one after another, each value given back after its last use. */
import { formatProgram, type Program } from '@ascent-rl/core';
import { BackendError, UnsupportedError } from '@ascent-rl/core/errors';
import type { DataId, KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { Engine } from './engine.ts';
import type { Plan, Step, Value } from './plan.ts';

/** A plan that can run. */
export interface Replay {
  /**
   * Runs the kernels.
   *
   * @param inputs - Data of the program's inputs.
   * @param outputs - Receives the data of the outputs, which then belong to the caller.
   */
  run(inputs: readonly DataId[], outputs: DataId[]): void;
  /** Releases the constants. */
  dispose(): void;
}

/** A kernel with its operands and attributes. Only the data change from run to run. */
interface PreparedCall {
  readonly kernel: KernelFunc;
  readonly parameters: Parameters<KernelFunc>[0];
  /** Operands, and the slots that they are in. */
  readonly operands: readonly { dataId: DataId }[];
  readonly sources: readonly number[];
  readonly target: number;
  readonly release: readonly number[];
}

/**
 * Looks up every kernel and stores the constants.
 *
 * @throws UnsupportedError naming the primitive whose kernel the engine does not have.
 */
export function prepareReplay(engine: Engine, plan: Plan, program: Program): Replay {
  const { backend } = engine;
  const calls = plan.steps.map((step) => prepareCall(engine, step));
  const slots = new Array<DataId>(plan.slots);
  for (const { slot, shape, data } of plan.constants) {
    slots[slot] = backend.write(Float32Array.from(data!), [...shape], 'float32');
  }
  // An output that is an input, a constant or another output as well shares its data.
  const owned = plan.outputs.map(({ slot }, i) => {
    const computed = plan.steps.some(({ output }) => output.slot === slot);
    return computed && plan.outputs.findIndex((other) => other.slot === slot) === i;
  });

  function execute(call: PreparedCall): void {
    const { operands, sources, release } = call;
    for (let i = 0; i < operands.length; i++) operands[i]!.dataId = slots[sources[i]!]!;
    slots[call.target] = (call.kernel(call.parameters) as TensorInfo).dataId;
    for (let i = 0; i < release.length; i++) backend.disposeData(slots[release[i]!]!);
  }

  function fail(at: number, cause: unknown): never {
    const dead = new Set(calls.slice(0, at).flatMap(({ release }) => release));
    for (const { target } of calls.slice(0, at)) if (!dead.has(target)) backend.disposeData(slots[target]!);
    const { kernel, origin } = plan.steps[at]!;
    throw new BackendError(
      `tfjs: the ${engine.name} engine failed in ${origin} (kernel ${kernel}): ${(cause as Error).message}\n` +
        formatProgram(program),
      { cause },
    );
  }

  return {
    run(inputs, outputs) {
      for (let i = 0; i < inputs.length; i++) slots[i] = inputs[i]!;
      let at = 0;
      try {
        for (; at < calls.length; at++) execute(calls[at]!);
      } catch (cause) {
        fail(at, cause);
      }
      for (let i = 0; i < plan.outputs.length; i++) {
        const data = slots[plan.outputs[i]!.slot]!;
        if (!owned[i]) backend.incRef(data);
        outputs[i] = data;
      }
    },
    dispose() {
      for (const { slot } of plan.constants) backend.disposeData(slots[slot]!);
    },
  };
}

function prepareCall(engine: Engine, step: Step): PreparedCall {
  const kernel = engine.kernel(step.kernel);
  if (kernel === undefined) {
    throw new UnsupportedError(
      `tfjs: the ${engine.name} engine has no kernel ${step.kernel}, which ${step.origin} needs; the engines wasm ` +
        'and cpu have it, and so have the backends onnx and wasm',
    );
  }
  const values = Object.values(step.inputs) as readonly Value[];
  const operands = values.map(({ shape, type }) => ({ dataId: {}, shape: [...shape], dtype: type }));
  const names = Object.keys(step.inputs);
  const inputs = Array.isArray(step.inputs)
    ? operands
    : Object.fromEntries(operands.map((operand, i) => [names[i]!, operand]));
  return {
    kernel,
    parameters: {
      inputs: inputs as Readonly<Record<string, TensorInfo>>,
      attrs: step.attributes as NamedAttrMap,
      backend: engine.backend,
    },
    operands,
    sources: values.map(({ slot }) => slot),
    target: step.output.slot,
    release: step.release,
  };
}
