/** Programs on gpu.js: one pipeline a program, places in ordinary memory. */
import {
  allocateZeros,
  checkBound,
  checkDonation,
  checkLength,
  checkPlaces,
  formatShape,
  simplify,
  sizeOf,
  type Attributes,
  type Backend,
  type Call,
  type Capabilities,
  type CompileOptions,
  type DeviceArray,
  type Executable,
  type Places,
  type Program,
  type Shape,
} from '@ascent-rl/core';
import { BackendError } from '@ascent-rl/core/errors';
import { engineVersion, loadEngine, modes, openEngine, type GpuMode } from './engine.ts';
import { createPipeline, type Device, type Pipeline, type Rows } from './pipeline.ts';
import { rewrite } from './plan/rewrite.ts';

/** Options of {@link gpuBackend}. */
export interface GpuBackendOptions {
  /**
   * Where kernels run; by default the first that does of WebGPU, WebGL 2 (both in browsers) and WebAssembly. `cpu` is
   * plain JavaScript; `headlessgl` needs the package gl.
   */
  readonly mode?: GpuMode;
}

/** A place in ordinary memory. */
interface GpuArray extends DeviceArray {
  readonly view: Float32Array;
}

/**
 * The `gpu` backend: gpu.js, on a GPU through WebGPU or WebGL, or on the CPU through WebAssembly.
 *
 * @throws ConfigError for an unknown mode.
 * @throws BackendError when gpu.js is not installed or the mode does not run here; says what to do.
 */
export async function gpuBackend({ mode }: GpuBackendOptions = {}): Promise<Backend> {
  const engine = await loadEngine();
  const opened = await openEngine(engine, mode);
  const traits = modes[opened.mode];
  const device: Device = { ...opened, input: engine.input, traits };
  const alive = new Set<DeviceArray>();
  const pipelines = new Set<Pipeline>();
  const owns = (place: DeviceArray): place is GpuArray => alive.has(place);
  const capabilities: Capabilities = {
    engine: `gpu.js ${engineVersion} ${opened.mode}`,
    device: traits.device,
    threads: 1,
    synchronous: false,
  };

  function allocate(shape: Shape): GpuArray {
    const view = allocateZeros('gpu', shape);
    const check = () => {
      if (!alive.has(place))
        throw new BackendError(`gpu: the place of shape ${formatShape(shape)} is disposed`);
    };
    const place: GpuArray = {
      shape,
      size: view.length,
      view,
      write(data) {
        check();
        checkLength('write', shape, data.length);
        view.set(data);
      },
      async read(into = new Float32Array(view.length)) {
        check();
        checkLength('read', shape, into.length);
        into.set(view);
        return into;
      },
      dispose: () => void alive.delete(place),
    };
    alive.add(place);
    return place;
  }

  async function compile(program: Program, { donate = {} }: CompileOptions = {}): Promise<Executable> {
    checkDonation(program, donate);
    const kernels = rewrite(simplify(program), traits.maximumReads);
    const pipeline = await createPipeline(device, kernels);
    pipelines.add(pipeline);

    function bind(inputs: Places, outputs: Places): Call {
      const places = checkPlaces('gpu', program, { inputs, outputs }, donate, owns);
      const sources = pipeline.inputs.map((value) => {
        const { view, size } = places.inputs[value]!;
        return engine.input(view, [size]);
      });
      const plain = plainOutputs(kernels);
      return {
        async run() {
          if (!pipelines.has(pipeline))
            throw new BackendError('gpu: the executable is disposed; compile the program again');
          checkBound('gpu', places, owns);
          // Outputs may be stored where these are.
          for (const [value, copy] of plain) {
            if (value < places.inputs.length) copy.set(places.inputs[value]!.view);
          }
          const results = await pipeline.run(sources);
          kernels.outputs.forEach(({ value }, i) => {
            const rows = plain.get(value) ?? results[pipeline.results.indexOf(value)];
            if (rows !== undefined) storeRows(rows, places.outputs[i]!.view);
          });
        },
      };
    }
    return {
      program,
      bind,
      dispose() {
        if (pipelines.delete(pipeline)) void pipeline.dispose();
      },
    };
  }

  async function close(): Promise<void> {
    alive.clear();
    await Promise.all([...pipelines].map((pipeline) => pipeline.dispose()));
    pipelines.clear();
    await device.gpu.destroy();
  }

  return { name: 'gpu', capabilities, allocate, compile, close };
}

/** Outputs that no kernel computes, as they are inputs or constants: the constants' numbers, room for the inputs'. */
function plainOutputs({ inputs, instructions, outputs }: Program): Map<number, Float32Array> {
  const arrays = new Map<number, Float32Array>();
  for (const { value } of outputs) {
    const instruction = instructions[value - inputs.length];
    if (instruction === undefined) arrays.set(value, new Float32Array(sizeOf(inputs[value]!.shape)));
    else if (instruction.primitive === 'constant') {
      arrays.set(value, Float32Array.from((instruction.attributes as Attributes['constant']).data));
    }
  }
  return arrays;
}

/** Copies rows one behind the other; returns where the next would begin. */
function storeRows(rows: Rows, into: Float32Array, start = 0): number {
  if (rows instanceof Float32Array) {
    into.set(rows, start);
    return start + rows.length;
  }
  return rows.reduce((next, row) => storeRows(row, into, next), start);
}
