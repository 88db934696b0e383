/** Programs on ONNX Runtime: one session a program, places in ordinary memory. */
import {
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
import { createSession, loadEngine, type Session } from './session.ts';

/** Options of {@link onnxBackend}. */
export interface OnnxBackendOptions {
  /**
   * Threads that one program may use, at least 1; default 1. More help large programs on idle cores only: networks of
   * two 64-wide layers lose from a second thread unless the batch is in the thousands.
   */
  readonly threads?: number;
}

/** A place: what the engine reads is the tensor it holds at the moment. */
interface OnnxArray extends DeviceArray {
  tensor: Tensor;
}

/**
 * The `onnx` backend: ONNX Runtime in Node (package onnxruntime-node), on the CPU.
 *
 * @throws ConfigError for a number of threads that is not a whole number ≥ 1.
 * @throws BackendError when onnxruntime-node is not installed or does not run here; says what to install.
 */
export async function onnxBackend({ threads = 1 }: OnnxBackendOptions = {}): Promise<Backend> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ConfigError(`onnxBackend: expected threads to be a whole number ≥ 1, got ${threads}`);
  }
  const engine = await loadEngine();
  const alive = new Set<DeviceArray>();
  const sessions = new Set<Session>();
  const owns = (place: DeviceArray): place is OnnxArray => alive.has(place);
  const capabilities: Capabilities = {
    engine: `onnxruntime-node ${engine.env.versions.node ?? engine.env.versions.common}`,
    device: 'cpu',
    threads,
    synchronous: false,
  };

  function allocate(shape: Shape): OnnxArray {
    const size = sizeOf(shape);
    const check = () => {
      if (!alive.has(place))
        throw new BackendError(`onnx: the place of shape ${formatShape(shape)} is disposed`);
    };
    const place: OnnxArray = {
      shape,
      size,
      tensor: new engine.Tensor('float32', new Float32Array(size), shape),
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
    const session = await createSession(engine, program, threads);
    sessions.add(session);

    function bind(inputs: Places, outputs: Places): Call {
      const places = checkPlaces('onnx', program, { inputs, outputs }, donate, owns);
      return {
        async run() {
          const results = await session.run(places.inputs.map(({ tensor }) => tensor));
          // The engine's own arrays become the places' contents: nothing is copied.
          places.outputs.forEach((place, i) => (place.tensor = results[i]!));
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
