/** Programs as WebAssembly modules over one memory. */
import {
  checkDonation,
  checkLength,
  checkPlaces,
  checkShape,
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
import { encodeModule, formatModule } from './assembler/index.ts';
import { emitFunctions, type Emitted } from './emit/emit.ts';
import { chooseInstructionSet, instructionSets, type InstructionSet } from './machine.ts';
import { Regions } from './memory.ts';
import { planProgram, type Plan } from './plan/plan.ts';
import { controlBytes, counterBytes } from './threads/control.ts';
import { Team, type TeamJob, type WorkExports } from './threads/team.ts';

/** Options of {@link wasmBackend}. */
export interface WasmBackendOptions {
  /** Instructions to use; default: the best that the engine has. */
  readonly instructions?: InstructionSet;
  /** Most memory that the backend may use, in MiB, 1 to 4096; default 4096. */
  readonly maximumMemory?: number;
  /**
   * Threads that a program large enough may use, 1 to 64; default 1. Results are the same bits for every number. In a
   * browser, more than one needs a page that is isolated from other origins.
   */
  readonly threads?: number;
  /** Estimated microseconds of work that are worth a thread's while, above 0; default 5. A program of fewer than 40 is not divided. */
  readonly smallestPart?: number;
}

/** A compiled program, with what there is to look at. */
export interface WasmExecutable extends Executable {
  /** Prints the code as it is, or would be, bound to these places: one function a fused loop or product. */
  dump(inputs: Places, outputs: Places): string;
  /** Size of the module for these places, in bytes. */
  moduleSize(inputs: Places, outputs: Places): number;
}

/** The backend with its own kind of executable. */
export interface WasmBackend extends Backend {
  compile(program: Program, options?: CompileOptions): Promise<WasmExecutable>;
}

/** A place: an address in the backend's memory. */
interface WasmArray extends DeviceArray {
  readonly address: number;
  readonly view: Float32Array;
}

/**
 * The `wasm` backend: each program becomes one WebAssembly module with a static memory plan. No native code, the same
 * in Node and in a browser, and synchronous.
 *
 * @throws ConfigError for an option outside its range.
 * @throws UnsupportedError on an engine without SIMD or the instructions asked for, or where threads cannot share memory.
 */
export async function wasmBackend({
  instructions,
  maximumMemory = 4096,
  threads = 1,
  smallestPart = 5,
}: WasmBackendOptions = {}): Promise<WasmBackend> {
  if (!(maximumMemory >= 1 && maximumMemory <= 4096)) {
    throw new ConfigError(`wasmBackend: expected maximumMemory in MiB, 1 to 4096, got ${maximumMemory}`);
  }
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 64)) {
    throw new ConfigError(`wasmBackend: expected threads, a whole number from 1 to 64, got ${threads}`);
  }
  if (!(smallestPart > 0)) {
    throw new ConfigError(`wasmBackend: expected smallestPart in microseconds, above 0, got ${smallestPart}`);
  }
  if (instructions !== undefined && !instructionSets.includes(instructions)) {
    throw new ConfigError(
      `wasmBackend: expected instructions of ${instructionSets.join(' or ')}, got ${instructions}; leave them out for ` +
        'the best that the engine has',
    );
  }
  const set = chooseInstructionSet(instructions);
  const features = { fusedMultiplyAdd: set === 'relaxed-simd' };
  const pages = Math.floor(maximumMemory * 16);
  const shared = threads > 1;
  const regions = new Regions(pages, shared);
  const { memory } = regions;
  const control = regions.allocate(controlBytes, 'the control block of threads');
  const team = shared ? Team.start(memory, control, threads) : undefined;
  const division = shared ? { parts: 2 * threads, smallestPart, control } : undefined;
  const alive = new Set<DeviceArray>();
  const owns = (place: DeviceArray): place is WasmArray => alive.has(place);
  const capabilities: Capabilities = {
    engine: `WebAssembly ${set}`,
    device: 'cpu',
    threads,
    synchronous: true,
  };
  let scratch: number | undefined;
  let closed = false;
  /** Counts places disposed, so that calls look at theirs only when there is something to find. */
  let disposals = 0;

  function checkAlive(place: DeviceArray): void {
    if (alive.has(place)) return;
    throw new BackendError(
      `wasm: the place of shape ${formatShape(place.shape)} is disposed; allocate another, and bind calls to it`,
    );
  }

  function allocate(shape: Shape): WasmArray {
    checkShape('wasm: allocate', shape);
    const size = sizeOf(shape);
    const address = regions.allocate(4 * size, `a place of shape ${formatShape(shape)}`);
    let view = new Float32Array(memory.buffer, address, size);
    const place: WasmArray = {
      shape,
      size,
      address,
      get view() {
        checkAlive(place);
        // The memory moves when it grows.
        if (view.buffer !== memory.buffer) view = new Float32Array(memory.buffer, address, size);
        return view;
      },
      write(data) {
        const numbers = place.view;
        checkLength('write', shape, data.length);
        numbers.set(data);
      },
      async read(into = new Float32Array(size)) {
        const numbers = place.view;
        checkLength('read', shape, into.length);
        into.set(numbers);
        return into;
      },
      dispose() {
        if (!alive.delete(place)) return;
        regions.free(address);
        disposals += 1;
      },
    };
    alive.add(place);
    return place;
  }

  async function compile(program: Program, { donate = {} }: CompileOptions = {}): Promise<WasmExecutable> {
    checkDonation(program, donate);
    const variants = new Map<boolean, { plan: Plan; arena: number }>();
    const jobs: TeamJob[] = [];
    let disposed = false;
    /** The plan for places that overlap no more than `donate` says, or for any. */
    function variant(aliased: boolean) {
      let known = variants.get(aliased);
      if (known === undefined) {
        const plan = planProgram(program, { donate, aliased, threads: shared });
        const { arenaSize, constants } = plan.storage;
        const counters = shared ? counterBytes * (plan.schedule.units.length + 1) : 0;
        const arena = regions.allocate(arenaSize + counters, 'a program');
        for (const { node, offset, data } of constants) {
          new Float32Array(memory.buffer, arena + offset, sizeOf(node.shape)).set(data);
        }
        variants.set(aliased, (known = { plan, arena }));
      }
      return known;
    }
    variant(false);

    function functionsFor(inputs: Places, outputs: Places) {
      if (disposed || closed)
        throw new BackendError('wasm: the executable is disposed; compile the program again');
      const places = checkPlaces('wasm', program, { inputs, outputs }, donate, owns);
      const aliased = places.outputs.some((output, o) =>
        places.inputs.some(
          (input, i) => input === output && donate[program.outputs[o]!.name] !== program.inputs[i]!.name,
        ),
      );
      const { plan, arena } = variant(aliased);
      const addresses = (list: readonly WasmArray[]) => list.map(({ address }) => address);
      const binding = {
        arena,
        inputs: addresses(places.inputs),
        outputs: addresses(places.outputs),
        scratch: (bytes: number) =>
          (scratch ??= regions.allocate(
            bytes * (division?.parts ?? 1),
            'the multiplication of large matrices',
          )),
        counters: shared ? arena + plan.storage.arenaSize : undefined,
      };
      return emitFunctions(plan, binding, features, division);
    }
    const encode = ({ functions }: Emitted) => encodeModule(functions, { shared, maximum: pages });

    function bind(inputs: Places, outputs: Places): Call {
      const emitted = functionsFor(inputs, outputs);
      const module = new WebAssembly.Module(encode(emitted));
      const { exports } = new WebAssembly.Instance(module, { host: { memory } });
      let run = exports['run'] as () => void;
      if (team && emitted.isDivided) {
        const job = team.add(module, exports as unknown as WorkExports);
        jobs.push(job);
        run = job.run;
      }
      const places = [
        ...program.inputs.map(({ name }) => inputs[name]!),
        ...program.outputs.map(({ name }) => outputs[name]!),
      ];
      let checked = disposals;
      return {
        run() {
          if (disposed || closed)
            throw new BackendError('wasm: the executable is disposed; compile the program again');
          if (checked !== disposals) {
            // Whatever took the memory of a disposed place must not be written into.
            places.forEach(checkAlive);
            checked = disposals;
          }
          try {
            run();
          } catch (cause) {
            throw new BackendError(
              'wasm: the program stopped: an index of gather or scatterAdd is no whole number within its table',
              { cause },
            );
          }
        },
      };
    }
    return {
      program,
      bind,
      dump: (inputs, outputs) => formatModule(functionsFor(inputs, outputs).functions),
      moduleSize: (inputs, outputs) => encode(functionsFor(inputs, outputs)).length,
      dispose() {
        if (!disposed && !closed) {
          for (const { arena } of variants.values()) regions.free(arena);
          for (const job of jobs) job.dispose();
        }
        disposed = true;
      },
    };
  }

  async function close(): Promise<void> {
    closed = true;
    alive.clear();
    team?.close();
  }

  return { name: 'wasm', capabilities, allocate, compile, close };
}
