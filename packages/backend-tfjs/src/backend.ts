/** Programs on TensorFlow.js: a plan of kernel calls a program, places on the engine's device. */
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
import { BackendError } from '@ascent-rl/core/errors';
import type { DataId } from '@tensorflow/tfjs-core';
import { openEngine } from './engine.ts';
import { planProgram } from './plan.ts';
import { prepareReplay, type Replay } from './replay.ts';
import type { EngineName, EngineOptions } from './sources.ts';

/** Options of {@link tfjsBackend}. */
export interface TfjsBackendOptions extends EngineOptions {
  /**
   * The engine. By default the first that is installed and runs here: tensorflow (in Node), wasm, cpu. The GPU engines
   * webgl and webgpu are for browsers, and pay with large networks only.
   */
  readonly engine?: EngineName;
}

/** A place: the engine's data that it holds at the moment. Data never change; another value is other data. */
interface TfjsArray extends DeviceArray {
  data: DataId;
}

/**
 * The `tfjs` backend: TensorFlow.js with any of its engines.
 *
 * @throws BackendError when the engine is not installed, does not run here, or is of another version than tfjs-core.
 */
export async function tfjsBackend({ engine: name, ...options }: TfjsBackendOptions = {}): Promise<Backend> {
  const engine = await openEngine(name === undefined ? defaultEngines() : [name], options);
  const { backend: memory, traits } = engine;
  const alive = new Set<TfjsArray>();
  const replays = new Set<Replay>();
  const owns = (place: DeviceArray): place is TfjsArray => alive.has(place as TfjsArray);
  const capabilities: Capabilities = {
    engine: engine.version,
    device: engine.device,
    threads: engine.threads,
    synchronous: true,
  };

  function checkAlive(): void {
    if (!engine.isLost()) return;
    throw new BackendError(
      'tfjs: the GPU was lost (reset, or taken by another page), and with it what places held; open another backend',
    );
  }

  function store(numbers: ArrayLike<number>, shape: Shape): DataId {
    const keep = numbers instanceof Float32Array && !traits.keepsHostArrays;
    return memory.write(keep ? numbers : Float32Array.from(numbers), [...shape], 'float32');
  }

  function allocate(shape: Shape): TfjsArray {
    const size = sizeOf(shape);
    const check = () => {
      if (!alive.has(place)) {
        throw new BackendError(`tfjs: the place of shape ${formatShape(shape)} is disposed`);
      }
    };
    const place: TfjsArray = {
      shape,
      size,
      data: store(allocateZeros('tfjs', shape), shape),
      write(numbers) {
        check();
        checkLength('write', shape, numbers.length);
        memory.disposeData(place.data);
        place.data = store(numbers, shape);
      },
      async read(into = new Float32Array(size)) {
        check();
        checkLength('read', shape, into.length);
        into.set((await memory.read(place.data)) as Float32Array);
        checkAlive();
        return into;
      },
      dispose() {
        if (alive.delete(place)) memory.disposeData(place.data);
      },
    };
    alive.add(place);
    return place;
  }

  async function compile(program: Program, { donate = {} }: CompileOptions = {}): Promise<Executable> {
    checkDonation(program, donate);
    const replay = prepareReplay(engine, planProgram(program, traits), program);
    replays.add(replay);

    function bind(inputs: Places, outputs: Places): Call {
      const places = checkPlaces('tfjs', program, { inputs, outputs }, donate, owns);
      const read = new Array<DataId>(places.inputs.length);
      const written = new Array<DataId>(places.outputs.length);
      return {
        run() {
          if (!replays.has(replay)) {
            throw new BackendError('tfjs: the executable is disposed; compile the program again');
          }
          checkAlive();
          checkBound('tfjs', places, owns);
          for (let i = 0; i < read.length; i++) read[i] = places.inputs[i]!.data;
          replay.run(read, written);
          for (let i = 0; i < written.length; i++) {
            const place = places.outputs[i]!;
            memory.disposeData(place.data);
            place.data = written[i]!;
          }
        },
      };
    }
    return {
      program,
      bind,
      dispose() {
        if (replays.delete(replay)) replay.dispose();
      },
    };
  }

  async function close(): Promise<void> {
    // The engine itself stays: TensorFlow.js has one a process, which others may use.
    for (const place of [...alive]) place.dispose();
    for (const replay of replays) replay.dispose();
    replays.clear();
  }

  return { name: 'tfjs', capabilities, allocate, compile, close };
}

function defaultEngines(): readonly EngineName[] {
  return 'process' in globalThis ? ['tensorflow', 'wasm', 'cpu'] : ['wasm', 'cpu'];
}
