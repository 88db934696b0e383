/** Programs on ONNX Runtime: one session a program, places in ordinary memory. */
import {
  allocateZeros,
  checkBound,
  checkDonation,
  checkLength,
  checkPlaces,
  formatShape,
  sizeOf,
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
import { BackendError, ConfigError } from '@ascent-rl/core/errors';
import type { Tensor } from 'onnxruntime-node';
import { defaultEngines, openEngine, type EngineOptions, type OnnxEngine } from './engine.ts';
import { createSession, type Session } from './session.ts';

/** Options of {@link onnxBackend}. */
export interface OnnxBackendOptions extends EngineOptions {
  /**
   * The engine. By default the first that is installed and runs here: node (in Node), web. webgpu is for browsers, and
   * pays with large networks only.
   */
  readonly engine?: OnnxEngine;
  /**
   * Threads that one program may use, at least 1; default 1. More help large programs on idle cores only: a program of
   * less than 100 million operations runs on one, as do the engines other than node, whatever is asked.
   */
  readonly threads?: number;
}

/** A place: what the engine reads is the tensor it holds at the moment. */
interface OnnxArray extends DeviceArray {
  tensor: Tensor;
}

/**
 * The `onnx` backend: ONNX Runtime, in Node by its native library (package onnxruntime-node), elsewhere in WebAssembly or
 * on WebGPU (package onnxruntime-web).
 *
 * @throws ConfigError for a number of threads that is not a whole number ≥ 1, or an unknown engine.
 * @throws BackendError when the engine is not installed or does not run here; says what to install.
 */
export async function onnxBackend(options: OnnxBackendOptions = {}): Promise<Backend> {
  const { engine: name, threads = 1 } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ConfigError(`onnxBackend: expected threads to be a whole number ≥ 1, got ${threads}`);
  }
  const engine = await openEngine(name === undefined ? defaultEngines() : [name], options);
  const alive = new Set<DeviceArray>();
  const sessions = new Set<Session>();
  const owns = (place: DeviceArray): place is OnnxArray => alive.has(place);
  const capabilities: Capabilities = {
    engine: engine.version,
    device: engine.device,
    threads: engine.hasThreads ? threads : 1,
    synchronous: false,
  };

  const zeros = (shape: Shape): Tensor => new engine.Tensor('float32', allocateZeros('onnx', shape), shape);

  function allocate(shape: Shape): OnnxArray {
    const size = sizeOf(shape);
    const check = () => {
      if (!alive.has(place))
        throw new BackendError(`onnx: the place of shape ${formatShape(shape)} is disposed`);
    };
    const place: OnnxArray = {
      shape,
      size,
      tensor: zeros(shape),
      get view() {
        return place.tensor.data as Float32Array;
      },
      write(data) {
        check();
        checkLength('write', shape, data.length);
        place.view!.set(data);
      },
      async read(into = new Float32Array(size)) {
        check();
        checkLength('read', shape, into.length);
        into.set(place.view!);
        return into;
      },
      dispose: () => void alive.delete(place),
    };
    alive.add(place);
    return place;
  }

  async function compile(program: Program, { donate = {} }: CompileOptions = {}): Promise<Executable> {
    checkDonation(program, donate);
    const session = await createSession(engine, program, capabilities.threads);
    sessions.add(session);

    function bind(inputs: Places, outputs: Places): Call {
      const places = checkPlaces('onnx', program, { inputs, outputs }, donate, owns);
      // Each output has two tensors that take turns, as an input may be its donor: nothing is copied or allocated.
      const spares = engine.fillsOutputs ? places.outputs.map(({ shape }) => zeros(shape)) : undefined;
      return {
        async run() {
          checkBound('onnx', places, owns);
          const results = await session.run(
            places.inputs.map(({ tensor }) => tensor),
            spares,
          );
          places.outputs.forEach((place, i) => {
            const { tensor } = place;
            place.tensor = results[i]!;
            if (spares !== undefined) spares[i] = tensor;
          });
        },
      };
    }
    return {
      program,
      bind,
      dispose() {
        sessions.delete(session);
        void session.release();
      },
    };
  }

  async function close(): Promise<void> {
    alive.clear();
    await Promise.all([...sessions].map((session) => session.release()));
    sessions.clear();
  }

  return { name: 'onnx', capabilities, allocate, compile, close };
}
