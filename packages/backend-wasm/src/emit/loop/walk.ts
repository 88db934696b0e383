/** The index space of a loop, and the memory that is read and written at each of its positions. */
import { stridesOf } from '@ascent-rl/core';
import { isKind, operandsOf, type Node } from '../../plan/graph.ts';
import { isLane, isPiece, storeOf, type LoopNode, type LoopUnit } from '../../plan/schedule.ts';
import { isUniform } from '../../plan/storage.ts';
import type { View } from '../../plan/view.ts';
import type { Addresses } from '../addresses.ts';

/** Memory that a loop reads or writes: byte address, and strides in elements, one an axis of the walk. */
export interface Access {
  readonly address: number;
  readonly strides: readonly number[];
}

/** Size of a float32 number. */
export const bytes = 4;

/** The index space with its accesses, axes merged. */
export class Walk {
  readonly nodes: readonly LoopNode[];
  sizes: number[];
  reduced: boolean[];
  /** The axis to walk by vectors, if there is an axis at all. */
  vectorAxis: number | undefined;
  readonly loads = new Map<View, Access>();
  readonly stores = new Map<LoopNode, Access>();
  readonly #inside = new Set<Node>();
  readonly #unit: LoopUnit;
  readonly #accesses: readonly { readonly strides: number[] }[];

  constructor(unit: LoopUnit, addresses: Addresses) {
    this.#unit = unit;
    this.nodes = unit.nodes;
    const walked = unit.shape.map((_, axis) => axis).filter((axis) => unit.shape[axis] !== 1);
    this.sizes = walked.map((axis) => unit.shape[axis]!);
    this.reduced = walked.map((axis) => unit.axes?.includes(axis) ?? false);
    const stridesAlong = (view: View) => view.strides.filter((_, axis) => view.shape[axis] !== 1);
    const accesses = new Map<string, Access & { strides: number[] }>();
    const access = (node: Node, offset: number, strides: number[]) => {
      const address = addresses.of(node)! + bytes * offset;
      const key = `${address} ${strides.join()}`;
      const known = accesses.get(key) ?? { address, strides };
      accesses.set(key, known);
      return known;
    };
    for (const item of this.nodes) {
      for (const view of isPiece(item) ? [item.piece.from] : operandsOf(item)) {
        if (this.isRegister(view) || isNumber(view.node)) continue;
        this.loads.set(view, access(view.node, view.offset, stridesAlong(view)));
      }
      if (!isPiece(item) && isKind(item, 'reduce')) {
        this.stores.set(item, access(item, 0, this.#keptStrides()));
      } else if (isPiece(item) || addresses.of(item) !== undefined) {
        const store = storeOf(item);
        const strides = isPiece(item)
          ? store.strides.filter((_, axis) => item.piece.from.shape[axis] !== 1)
          : stridesAlong(store);
        this.stores.set(item, access(store.node, store.offset, strides));
      }
      if (!isPiece(item) && isKind(item, 'map')) this.#inside.add(item);
    }
    this.#accesses = [...accesses.values()];
    this.#merge();
    this.vectorAxis = this.#bestVectorAxis();
  }

  /**
   * Divides the work into equal parts along an axis that is not reduced; the part becomes the first axis.
   *
   * @returns The number of parts, at most `most`.
   */
  divide(most: number): number {
    // Windows that overlap are added one after the other.
    if (this.nodes.some((node) => isPiece(node) && node.target.operation.accumulate)) return 1;
    for (let parts = most; parts > 1; parts--) {
      const axis = this.sizes.findIndex(
        (size, i) => !this.reduced[i] && size % (i === this.vectorAxis ? 4 * parts : parts) === 0,
      );
      if (axis < 0) continue;
      this.sizes[axis]! /= parts;
      for (const { strides } of this.#accesses) strides.unshift(strides[axis]! * this.sizes[axis]!);
      this.sizes.unshift(parts);
      this.reduced.unshift(false);
      this.vectorAxis! += 1;
      return parts;
    }
    return 1;
  }

  /** True for an operand that the same position of the loop has computed. */
  isRegister(view: View): boolean {
    return this.#inside.has(view.node) && isLane(view, this.#unit.shape);
  }

  /** Long, with neighbours next to each other in most accesses; the last of equals. */
  #bestVectorAxis(): number | undefined {
    let best: number | undefined;
    let least = Infinity;
    this.sizes.forEach((size, axis) => {
      const perVector = this.#accesses.reduce(
        (sum, { strides }) => sum + (Math.abs(strides[axis]!) > 1 ? 4 : 1),
        2,
      );
      const cost = (perVector * (Math.floor(size / 4) + (size % 4))) / size;
      if (cost <= least) [best, least] = [axis, cost];
    });
    return best;
  }

  #keptStrides(): number[] {
    const strides = stridesOf(this.sizes.filter((_, axis) => !this.reduced[axis]));
    return this.reduced.map((reduced) => (reduced ? 0 : strides.shift()!));
  }

  #merge(): void {
    const accesses = this.#accesses;
    for (let axis = this.sizes.length - 1; axis > 0; axis--) {
      const fits =
        this.reduced[axis - 1] === this.reduced[axis] &&
        accesses.every(({ strides }) => strides[axis - 1] === strides[axis]! * this.sizes[axis]!);
      if (!fits) continue;
      this.sizes[axis - 1]! *= this.sizes[axis]!;
      this.sizes.splice(axis, 1);
      this.reduced.splice(axis, 1);
      for (const { strides } of accesses) strides.splice(axis - 1, 1);
    }
  }
}

/** A constant that is one number is written into the code. */
export function isNumber(node: Node): boolean {
  return isKind(node, 'constant') && isUniform(node.operation.data);
}
