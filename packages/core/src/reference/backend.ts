/** The interpreter as a backend: meaning, tests and debugging, in pure JavaScript. */
import {
  allocateZeros,
  checkBound,
  checkDonation,
  checkLength,
  checkPlaces,
  type Backend,
  type Capabilities,
  type CompileOptions,
  type DeviceArray,
  type Executable,
  type Places,
} from '../backend/contract.ts';
import { BackendError } from '../errors.ts';
import type { Program } from '../tensor/program.ts';
import { formatShape, type Shape } from '../tensor/shape.ts';
import { prepare, type Precision } from './interpreter.ts';
import type { FloatArray } from './kernels.ts';

/** A place in ordinary memory. `data` has the backend's own precision. */
export interface ReferenceArray extends DeviceArray {
  readonly data: FloatArray;
}

/**
 * The reference backend.
 *
 * @param options - `precision` in which values are stored: float32 (default), as other backends have, or float64.
 */
export function referenceBackend({
  precision = 'float32',
}: { readonly precision?: Precision } = {}): Backend {
  const alive = new Set<DeviceArray>();
  const owns = (place: DeviceArray): place is ReferenceArray => alive.has(place);
  const capabilities: Capabilities = {
    engine: `interpreter ${precision}`,
    device: 'cpu',
    threads: 1,
    synchronous: true,
  };

  function allocate(shape: Shape): ReferenceArray {
    const zeros = allocateZeros('reference', shape);
    const data = precision === 'float32' ? zeros : new Float64Array(zeros);
    const check = () => {
      if (!alive.has(place))
        throw new BackendError(`reference: the place of shape ${formatShape(shape)} is disposed`);
    };
    const place: ReferenceArray = {
      shape,
      size: data.length,
      data,
      ...(data instanceof Float32Array && { view: data }),
      write(values) {
        check();
        checkLength('write', shape, values.length);
        data.set(values);
      },
      async read(into = new Float32Array(data.length)) {
        check();
        checkLength('read', shape, into.length);
        into.set(data);
        return into;
      },
      dispose: () => void alive.delete(place),
    };
    alive.add(place);
    return place;
  }

  async function compile(program: Program, { donate = {} }: CompileOptions = {}): Promise<Executable> {
    checkDonation(program, donate);
    const prepared = prepare(program, precision);
    return {
      program,
      bind(inputs: Places, outputs: Places) {
        const places = checkPlaces('reference', program, { inputs, outputs }, donate, owns);
        return {
          run() {
            checkBound('reference', places, owns);
            prepared.inputs.forEach(({ data }, i) => data.set(places.inputs[i]!.data));
            prepared.run();
            prepared.outputs.forEach(({ data }, i) => places.outputs[i]!.data.set(data));
          },
        };
      },
      dispose: () => undefined,
    };
  }

  return { name: 'reference', capabilities, allocate, compile, close: async () => alive.clear() };
}
