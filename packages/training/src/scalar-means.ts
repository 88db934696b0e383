/** Means of scalars over several runs of a program: summed on the device, read once. */
import { constant, stack, type DeviceArray, type Shape, type Tensor } from '@ascent-rl/core';

/** Sums of scalars by name, and of a weight, in one place. */
export interface ScalarMeans<Name extends string> {
  /** Shape of the place. */
  readonly shape: Shape;
  /** The sums with a run's scalars added, inside a trace. */
  add(sums: Tensor, scalars: Readonly<Record<Name, Tensor>>): Tensor;
  /** The means so far; the sums start anew. */
  take(place: DeviceArray): Promise<Readonly<Record<Name, number>>>;
}

/** Means of the named scalars. */
export function scalarMeans<Name extends string>(names: readonly Name[]): ScalarMeans<Name> {
  const zeros = new Float32Array(names.length + 1);
  return {
    shape: [zeros.length],
    add: (sums, scalars) => sums.add(stack([...names.map((name) => scalars[name]), constant(1)])),
    async take(place) {
      const sums = await place.read();
      place.write(zeros);
      const runs = sums[names.length]!;
      return Object.fromEntries(names.map((name, i) => [name, sums[i]! / runs])) as Record<Name, number>;
    },
  };
}
