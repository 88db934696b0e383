/**
 * The contract between the library and an engine: a backend compiles programs and owns places for their values.
 *
 * A {@link DeviceArray} is a *place* on the device. An {@link Executable} is bound once to the places it reads and
 * writes; running the resulting {@link Call} then allocates nothing and passes nothing. A place may be both read
 * and written: outputs are stored after all inputs have been read, which is how parameters are updated in place.
 */
import { BackendError, ShapeError } from '../errors.ts';
import { outputShapes, type Program } from '../tensor/program.ts';
import { checkShape, formatShape, sameShape, sizeOf, type Shape } from '../tensor/shape.ts';

/** A place of fixed shape on a backend's device, holding float32 values. */
export interface DeviceArray {
  readonly shape: Shape;
  /** Number of elements. */
  readonly size: number;
  /**
   * Copies host numbers in.
   * @throws ShapeError unless there are exactly `size` numbers.
   */
  write(data: ArrayLike<number>): void;
  /** Copies the values out, into the given array where there is one. */
  read(into?: Float32Array): Promise<Float32Array>;
  /**
   * The host memory behind the place, where the engine has it: reading and writing it needs no copy. Do not keep
   * it: an engine may move the memory when it grows.
   */
  readonly view?: Float32Array | undefined;
  /** Gives the memory back; later use throws BackendError. */
  dispose(): void;
}

/** Places by the name of a program's input or output. */
export type Places = Readonly<Record<string, DeviceArray>>;

/** An executable with its places. */
export interface Call {
  /**
   * Runs the program once. Synchronous engines return nothing; others a promise that resolves when the outputs'
   * places hold the results. Wait for it before the next run and before touching the places.
   */
  run(): Promise<void> | void;
}

/** A compiled program. */
export interface Executable {
  readonly program: Program;
  /**
   * Fixes the places that the program reads and writes. Every input and output must be given.
   *
   * @throws ShapeError when a place is missing or has another shape.
   * @throws BackendError when a place belongs to another backend or is disposed.
   */
  bind(inputs: Places, outputs: Places): Call;
  /** Bytes of the code for these places, where the backend writes a module of its own. */
  moduleSize?(inputs: Places, outputs: Places): number;
  /** Prints the code for these places, where the backend writes code of its own: one function a fused loop or product. */
  dump?(inputs: Places, outputs: Places): string;
  /** Releases the compiled program. Its calls must not run any more. */
  dispose(): void;
}

/** How to compile. */
export interface CompileOptions {
  /**
   * Output → input whose memory the output takes over. `bind` must then give both names the same place. A hint
   * for engines with a static memory plan; results are the same without it.
   */
  readonly donate?: Readonly<Record<string, string>>;
}

/** What a backend is, as recorded in a run. */
export interface Capabilities {
  /** Engine and version, e.g. `onnxruntime-node 1.30.0`. */
  readonly engine: string;
  /** Where values live. */
  readonly device: 'cpu' | 'gpu';
  /** Threads that one program may use. */
  readonly threads: number;
  /** True when calls return without a promise. */
  readonly synchronous: boolean;
}

/** A compiler for programs, and the owner of the memory they work on. */
export interface Backend {
  /** Short name as in `--backend`, e.g. `onnx`. */
  readonly name: string;
  readonly capabilities: Capabilities;
  /**
   * A new place, filled with zeros.
   *
   * @throws ShapeError for axes that are not whole numbers ≥ 0.
   * @throws BackendError when there is not so much memory.
   */
  allocate(shape: Shape): DeviceArray;
  /**
   * Compiles a program for the shapes written in it.
   *
   * @throws UnsupportedError naming the primitive that the backend cannot do.
   */
  compile(program: Program, options?: CompileOptions): Promise<Executable>;
  /** Releases the engine and everything allocated. */
  close(): Promise<void>;
}

/**
 * Checks the places given to `bind`, for the use of backends.
 *
 * @param owns - Tells whether a place is the backend's own and alive.
 */
export function checkPlaces<Place extends DeviceArray>(
  backend: string,
  program: Program,
  { inputs, outputs }: { readonly inputs: Places; readonly outputs: Places },
  donate: Readonly<Record<string, string>>,
  owns: (place: DeviceArray) => place is Place,
): { inputs: Place[]; outputs: Place[] } {
  const resolve = (kind: string, name: string, shape: Shape, places: Places): Place => {
    const place = places[name];
    if (place === undefined || !sameShape(place.shape, shape)) {
      throw new ShapeError(
        `bind: ${kind} ${name} needs a place of shape ${formatShape(shape)}, got ` +
          (place ? formatShape(place.shape) : `none; given: ${Object.keys(places).join(', ')}`),
      );
    }
    if (!owns(place)) {
      throw new BackendError(
        `bind: the place of ${kind} ${name} is disposed or belongs to another backend; allocate it with this ` +
          `${backend} backend`,
      );
    }
    return place;
  };
  const shapes = outputShapes(program);
  const resolved = {
    inputs: program.inputs.map(({ name, shape }) => resolve('input', name, shape, inputs)),
    outputs: program.outputs.map(({ name }) => resolve('output', name, shapes[name]!, outputs)),
  };
  for (const [output, input] of Object.entries(donate)) {
    if (outputs[output] !== inputs[input]) {
      throw new BackendError(`bind: output ${output} takes over input ${input}, so both need the same place`);
    }
  }
  if (new Set(resolved.outputs).size !== program.outputs.length) {
    throw new BackendError('bind: each output needs a place of its own');
  }
  return resolved;
}

/**
 * Refuses a run with places, as {@link checkPlaces} has returned them, of which one was disposed since. For the use of
 * backends.
 */
export function checkBound(
  backend: string,
  { inputs, outputs }: { readonly inputs: readonly DeviceArray[]; readonly outputs: readonly DeviceArray[] },
  owns: (place: DeviceArray) => boolean,
): void {
  const isDead = (place: DeviceArray): boolean => !owns(place);
  const dead = inputs.find(isDead) ?? outputs.find(isDead);
  if (dead !== undefined) {
    throw new BackendError(
      `${backend}: the place of shape ${formatShape(dead.shape)} is disposed; allocate another, and bind calls to it`,
    );
  }
}

/** Checks `donate` against a program: both names exist and the shapes agree. For the use of backends. */
export function checkDonation(program: Program, donate: Readonly<Record<string, string>>): void {
  const outputs = outputShapes(program);
  const inputs = new Map(program.inputs.map(({ name, shape }) => [name, shape]));
  for (const [output, input] of Object.entries(donate)) {
    const [to, from] = [outputs[output], inputs.get(input)];
    if (to === undefined || from === undefined || !sameShape(to, from)) {
      throw new ShapeError(
        `compile: output ${output} ${to ? formatShape(to) : '(missing)'} cannot take over input ${input} ` +
          (from ? formatShape(from) : '(missing)'),
      );
    }
  }
}

/** Throws ShapeError unless a host array has as many elements as the place. For the use of backends. */
export function checkLength(operation: string, shape: Shape, length: number): void {
  if (length !== sizeOf(shape)) {
    throw new ShapeError(
      `${operation}: a place of shape ${formatShape(shape)} holds ${sizeOf(shape)}, got ${length}`,
    );
  }
}

/**
 * Zeros in ordinary memory, for a place of that shape. For the use of backends.
 *
 * @throws ShapeError for axes that are not whole numbers ≥ 0.
 * @throws BackendError when there is not so much memory.
 */
export function allocateZeros(backend: string, shape: Shape): Float32Array {
  checkShape(`${backend}: allocate`, shape);
  const size = sizeOf(shape);
  try {
    return new Float32Array(size);
  } catch (cause) {
    throw new BackendError(
      `${backend}: out of memory: a place of shape ${formatShape(shape)} takes ${Math.ceil((4 * size) / 2 ** 20)} MiB; ` +
        'use smaller batches or networks',
      { cause },
    );
  }
}
