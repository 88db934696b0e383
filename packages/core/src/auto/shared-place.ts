/** A place that programs on several backends share: a copy on each of them, moved where it has grown stale. */
import { allocateZeros, checkLength, type Backend, type DeviceArray } from '../backend/contract.ts';
import { BackendError } from '../errors.ts';
import { formatShape, sizeOf, type Shape } from '../tensor/shape.ts';

/** What one backend has of a place. */
export interface Copy {
  readonly place: DeviceArray;
  /** Whether it holds the place's values; another backend's program may have written newer ones. */
  isFresh: boolean;
}

/** A place with copies. */
export interface SharedPlace extends DeviceArray {
  /** The copy on a backend, made when it is first asked for. */
  on(backend: Backend): Copy;
  /** Says that a program wrote this copy, so that all others are stale. */
  wrote(copy: Copy): void;
  /** Brings a stale copy up to date. */
  freshen(copy: Copy): Promise<void>;
}

/** A new place without copies, filled with zeros. */
export function sharedPlace(shape: Shape, onDispose: (place: SharedPlace) => boolean): SharedPlace {
  const size = sizeOf(shape);
  const copies = new Map<Backend, Copy>();
  let isDisposed = false;
  /** Holds the values until the first copy does. */
  let initial: Float32Array | undefined = allocateZeros('auto', shape);

  const check = () => {
    if (isDisposed) throw new BackendError(`auto: the place of shape ${formatShape(shape)} is disposed`);
  };
  const fresh = (): DeviceArray => [...copies.values()].find(({ isFresh }) => isFresh)!.place;

  const shared: SharedPlace = {
    shape,
    size,
    get view() {
      if (initial) return initial;
      // Whoever writes through a view tells nobody, so there must be no other copy.
      return copies.size === 1 ? fresh().view : undefined;
    },
    write(data) {
      check();
      checkLength('write', shape, data.length);
      initial?.set(data);
      for (const copy of copies.values()) {
        copy.place.write(data);
        copy.isFresh = true;
      }
    },
    async read(into = new Float32Array(size)) {
      check();
      checkLength('read', shape, into.length);
      if (!initial) return fresh().read(into);
      into.set(initial);
      return into;
    },
    dispose() {
      if (!onDispose(shared)) return;
      isDisposed = true;
      for (const { place } of copies.values()) place.dispose();
    },
    on(backend) {
      const known = copies.get(backend);
      if (known) return known;
      const copy = { place: backend.allocate(shape), isFresh: initial !== undefined };
      if (initial) copy.place.write(initial);
      initial = undefined;
      copies.set(backend, copy);
      return copy;
    },
    wrote(copy) {
      if (copies.size === 1) return;
      for (const each of copies.values()) each.isFresh = each === copy;
    },
    async freshen(copy) {
      const source = fresh();
      copy.place.write(source.view ?? (await source.read()));
      copy.isFresh = true;
    },
  };
  return shared;
}
