/**
 * A program with its places: what algorithms run. An input and an output of the same name are one place, which the
 * program updates; several programs share a place by being given it.
 */
import {
  outputShapes,
  simplify,
  type Backend,
  type DeviceArray,
  type Program,
  type Shape,
} from '@ascent-rl/core';

/** Places by the names of a program's inputs and outputs. */
export type Places = Readonly<Record<string, DeviceArray>>;

/** A compiled program, bound to its places. */
export interface Compiled {
  /** Every input and output, by name. */
  readonly places: Places;
  /** Runs the program once; see Call of the backend contract. */
  run(): Promise<void> | void;
  /** Releases the program and the places that were not given to it. */
  dispose(): void;
}

/**
 * Simplifies and compiles a program.
 *
 * @param shared - Places that other programs use too, by name; the rest is allocated, filled with zeros.
 */
export async function compileProgram(
  backend: Backend,
  program: Program,
  shared: Places = {},
): Promise<Compiled> {
  const inputs = Object.fromEntries(program.inputs.map(({ name, shape }) => [name, shape]));
  const outputs = outputShapes(program);
  const donate = Object.fromEntries(
    Object.keys(outputs).flatMap((name) => (name in inputs ? [[name, name]] : [])),
  );
  const executable = await backend.compile(simplify(program), { donate });

  const own: Record<string, DeviceArray> = {};
  const pick = (shapes: Readonly<Record<string, Shape>>): Places =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        shared[name] ?? (own[name] ??= backend.allocate(shape)),
      ]),
    );
  const places = { ...pick(inputs), ...pick(outputs) };
  const call = executable.bind(pick(inputs), pick(outputs));
  return {
    places,
    run: () => call.run(),
    dispose() {
      executable.dispose();
      for (const place of Object.values(own)) place.dispose();
    },
  };
}

/** Copies a place into a host array; at once where the engine's memory is at hand, else with a promise. */
export function readPlace(place: DeviceArray, into: Float32Array): Promise<Float32Array> | void {
  const { view } = place;
  if (view === undefined) return place.read(into);
  into.set(view);
}
