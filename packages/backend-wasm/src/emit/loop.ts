/**
 * Loops over an index space: elementwise operations, reductions and copies, four numbers at a time.
 *
 * The axes are first merged where every access allows. One axis is walked by vectors; the others nest around it, or
 * inside it when they are reduced and it is not. What is left over from the vectors runs through the same code
 * with one number in all lanes.
 */
import { sizeOf, stridesOf } from '@ascent-rl/core';
import type { Code } from '../assembler/index.ts';
import { isKind, operandsOf, type Node, type NodeOf } from '../plan/graph.ts';
import { isLane, isPiece, storeOf, type LoopNode, type LoopUnit } from '../plan/schedule.ts';
import { isUniform } from '../plan/storage.ts';
import type { View } from '../plan/view.ts';
import { repeat, type Environment } from './environment.ts';
import { evaluateMap, type Value } from './elementwise.ts';

/** Where nodes are. */
export interface Addresses {
  /** Byte address of a node, or nothing when it lives in registers only. */
  of(node: Node): number | undefined;
}

/** Memory that a loop reads or writes: byte address, and strides in elements, one an axis of the walk. */
interface Access {
  readonly address: number;
  readonly strides: readonly number[];
}

const bytes = 4;

/** Emits a loop. */
export function emitLoop(environment: Environment, unit: LoopUnit, addresses: Addresses): Code {
  const walk = new Walk(unit, addresses);
  if (sizeOf(unit.shape) === 0) return emitNothing(unit, addresses);
  return new LoopEmitter(environment, walk).emit();
}

/** Reductions of nothing: 0 or −∞. */
function emitNothing({ nodes }: LoopUnit, addresses: Addresses): Code {
  return nodes.map((node): Code => {
    if (isPiece(node) || !isKind(node, 'reduce')) return [];
    const start = addresses.of(node)!;
    return Array.from({ length: sizeOf(node.shape) }, (_, i): Code => [
      ['i32.const', start + bytes * i],
      ['f32.const', node.operation.operation === 'sum' ? 0 : -Infinity],
      ['f32.store', 0],
    ]);
  });
}

/** The index space with its accesses, axes merged. */
class Walk {
  readonly nodes: readonly LoopNode[];
  sizes: number[];
  reduced: boolean[];
  readonly loads = new Map<View, Access>();
  readonly stores = new Map<LoopNode, Access>();
  readonly #inside = new Set<Node>();
  readonly #unit: LoopUnit;

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
    this.#merge([...accesses.values()]);
  }

  /** True for an operand that the same position of the loop has computed. */
  isRegister(view: View): boolean {
    return this.#inside.has(view.node) && isLane(view, this.#unit.shape);
  }

  #keptStrides(): number[] {
    const strides = stridesOf(this.sizes.filter((_, axis) => !this.reduced[axis]));
    return this.reduced.map((reduced) => (reduced ? 0 : strides.shift()!));
  }

  #merge(accesses: readonly { strides: number[] }[]): void {
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
function isNumber(node: Node): boolean {
  return isKind(node, 'constant') && isUniform(node.operation.data);
}

/** One of the running totals of a reduction. */
interface Total {
  readonly node: NodeOf<'reduce'>;
  /** A local for each vector in flight. */
  readonly vectors: readonly number[];
  /** For what the vectors leave over, where the vectors run along a reduced axis. */
  readonly rest: number;
}

class LoopEmitter {
  readonly #environment: Environment;
  readonly #walk: Walk;
  /** Axes, outermost first. */
  readonly #order: readonly number[];
  /** Depth of the axis that is walked by vectors, or −1. */
  readonly #vectorDepth: number;
  /** Depth of the first reduced axis. */
  readonly #totalsDepth: number;
  readonly #counters: readonly number[];
  readonly #pointers = new Map<string, number>();
  readonly #hoisted = new Map<Access, Code>();
  readonly #totals: Total[] = [];
  readonly #unroll: number;

  constructor(environment: Environment, walk: Walk) {
    this.#environment = environment;
    this.#walk = walk;
    const axes = walk.sizes.map((_, axis) => axis);
    const vector = vectorAxis(walk);
    const kept = axes.filter((axis) => !walk.reduced[axis]);
    const reduced = axes.filter((axis) => walk.reduced[axis]);
    const last = (group: readonly number[]) => [
      ...group.filter((axis) => axis !== vector),
      ...group.filter((axis) => axis === vector),
    ];
    this.#order = [...last(kept), ...last(reduced)];
    this.#vectorDepth = vector === undefined ? -1 : this.#order.indexOf(vector);
    this.#totalsDepth = kept.length;
    this.#counters = this.#order.map(() => environment.locals.add('i32'));
    // Several vectors in flight hide the latency of additions.
    const size = vector === undefined ? 0 : walk.sizes[vector]!;
    this.#unroll = reduced.length > 0 && size >= 16 ? 4 : 1;
    for (const node of walk.nodes) {
      if (isPiece(node) || !isKind(node, 'reduce')) continue;
      const vectors = Array.from({ length: this.#unroll }, () => environment.locals.add('v128'));
      this.#totals.push({ node, vectors, rest: environment.locals.add('v128') });
    }
  }

  emit(): Code {
    return [this.#hoist(-1), this.#level(0, 1, 1, false)];
  }

  get #vectorsAreReduced(): boolean {
    return this.#vectorDepth >= this.#totalsDepth;
  }

  /** The loops from a depth on. `width` numbers in each of `copies` vectors, once the vector axis is passed. */
  #level(depth: number, width: number, copies: number, inTotals: boolean): Code {
    if (depth === this.#totalsDepth && this.#totals.length > 0 && !inTotals) {
      return [this.#start(copies), this.#level(depth, width, copies, true), this.#finish(width, copies)];
    }
    if (depth === this.#order.length) return this.#body(width, copies);
    const counter = this.#counters[depth]!;
    const size = this.#walk.sizes[this.#order[depth]!]!;
    const segments = depth === this.#vectorDepth ? split(size, this.#unroll) : [{ count: size, step: 1 }];
    let from = 0;
    return segments.map(({ count, step }) => {
      const [begin, end] = [bytes * from, bytes * (from + count)];
      from += count;
      const prepare = [this.#advance(depth), this.#hoist(depth)];
      const inner =
        depth === this.#vectorDepth
          ? this.#level(depth + 1, Math.min(4, step), Math.max(1, step / 4), inTotals)
          : this.#level(depth + 1, width, copies, inTotals);
      const body = [prepare, inner];
      const enter: Code = [
        ['i32.const', begin],
        ['local.set', counter],
      ];
      return count === step ? [enter, body] : [enter, repeat(counter, bytes * step, end, body)];
    });
  }

  /** Computes the pointers that change at a depth. */
  #advance(depth: number): Code {
    const code: Code[number][] = [];
    const done = new Set<string>();
    for (const { strides } of this.#accesses()) {
      const key = this.#pointerKey(strides, depth);
      const stride = strides[this.#order[depth]!]!;
      if (stride === 0 || done.has(key)) continue;
      done.add(key);
      const counter: Code = [['local.get', this.#counters[depth]!]];
      const offset: Code = stride === 1 ? counter : [counter, ['i32.const', stride], ['i32.mul']];
      const outer = this.#pointer(strides, depth - 1);
      if (outer === undefined && stride === 1) this.#pointers.set(key, this.#counters[depth]!);
      else {
        const local = this.#pointers.get(key) ?? this.#environment.locals.add('i32');
        this.#pointers.set(key, local);
        code.push(offset, outer === undefined ? [] : [['local.get', outer], ['i32.add']], [
          'local.set',
          local,
        ]);
      }
    }
    return code;
  }

  /** The local that holds an access's pointer at a depth; nothing when no axis so far moves it. */
  #pointer(strides: readonly number[], depth: number): number | undefined {
    let deepest = depth;
    while (deepest >= 0 && strides[this.#order[deepest]!] === 0) deepest -= 1;
    return deepest < 0 ? undefined : this.#pointers.get(this.#pointerKey(strides, deepest));
  }

  #pointerKey(strides: readonly number[], depth: number): string {
    return this.#order
      .slice(0, depth + 1)
      .map((axis) => strides[axis])
      .join();
  }

  #accesses(): Access[] {
    return [...new Set([...this.#walk.loads.values(), ...this.#walk.stores.values()])];
  }

  /** Loads, once a round at a depth, what does not change further in. */
  #hoist(depth: number): Code {
    const code: Code[number][] = [];
    for (const access of new Set(this.#walk.loads.values())) {
      const deepest = this.#order.findLastIndex((axis) => access.strides[axis] !== 0);
      const isVector = this.#vectorDepth >= 0 && access.strides[this.#order[this.#vectorDepth]!] !== 0;
      if (deepest !== depth || isVector || deepest === this.#order.length - 1) continue;
      const local = this.#environment.locals.add('v128');
      this.#hoisted.set(access, [['local.get', local]]);
      code.push(this.#address(access), ['v128.load32_splat', access.address], ['local.set', local]);
    }
    return code;
  }

  #address({ strides }: Access): Code {
    const pointer = this.#pointer(strides, this.#order.length - 1);
    return [pointer === undefined ? ['i32.const', 0] : ['local.get', pointer]];
  }

  /** Elements between neighbours along the vector axis. */
  #vectorStride({ strides }: Access): number {
    return this.#vectorDepth < 0 ? 0 : strides[this.#order[this.#vectorDepth]!]!;
  }

  #load(access: Access, width: number, copy: number): Code {
    const hoisted = this.#hoisted.get(access);
    if (hoisted) return hoisted;
    const stride = this.#vectorStride(access);
    const at = access.address + bytes * 4 * copy * stride;
    const pointer = this.#address(access);
    if (width === 1 || stride === 0) return [pointer, ['v128.load32_splat', at]];
    if (stride === 1) return [pointer, ['v128.load', at]];
    let vector: Code = [pointer, ['v128.load32_splat', at]];
    for (let lane = 1; lane < 4; lane++) {
      vector = [pointer, vector, ['v128.load32_lane', at + bytes * lane * stride, lane]];
    }
    return vector;
  }

  /** `value` is a cheap read. */
  #store(access: Access, value: Code, width: number, copy: number): Code {
    const stride = this.#vectorStride(access);
    const at = access.address + bytes * 4 * copy * stride;
    const pointer = this.#address(access);
    if (width === 4 && stride === 1) return [pointer, value, ['v128.store', at]];
    return Array.from({ length: width }, (_, lane): Code => [
      pointer,
      value,
      ['v128.store32_lane', at + bytes * lane * stride, lane],
    ]);
  }

  /** One position (or `copies` vectors of them): loads, operations, totals, and the stores last. */
  #body(width: number, copies: number): Code {
    return Array.from({ length: copies }, (_, copy): Code => {
      const environment = this.#environment;
      const values = new Map<Node, Value>();
      const loaded = new Map<Access, Code>();
      const code: Code[number][] = [];
      const stores: Code[number][] = [];
      const read = (view: View): Value => {
        if (this.#walk.isRegister(view)) return values.get(view.node)!;
        if (isKind(view.node, 'constant') && isNumber(view.node)) {
          return { read: environment.float(view.node.operation.data[0]!) };
        }
        const access = this.#walk.loads.get(view)!;
        let value = loaded.get(access);
        if (value === undefined) {
          const [load, kept] = environment.keep(this.#load(access, width, copy));
          code.push(load);
          value = kept;
          loaded.set(access, value);
        }
        return { read: value };
      };
      for (const node of this.#walk.nodes) {
        if (isPiece(node)) {
          stores.push(this.#storePiece(node, read(node.piece.from).read, width, copy));
        } else if (isKind(node, 'reduce')) {
          const total = this.#totals.find((candidate) => candidate.node === node)!;
          const local = width === 1 && this.#vectorsAreReduced ? total.rest : total.vectors[copy]!;
          code.push(['local.get', local], read(node.operation.operand).read, combine(node), [
            'local.set',
            local,
          ]);
        } else {
          const value = evaluateMap(environment, node.operation.operation, node.operation.operands.map(read));
          code.push(value.evaluate);
          values.set(node, value);
          const access = this.#walk.stores.get(node);
          if (access) stores.push(this.#store(access, value.read, width, copy));
        }
      }
      return [...code, ...stores];
    });
  }

  #storePiece(node: LoopNode, value: Code, width: number, copy: number): Code {
    const access = this.#walk.stores.get(node)!;
    if (!isPiece(node) || !node.target.operation.accumulate) return this.#store(access, value, width, copy);
    const [sum, read] = this.#environment.keep([this.#load(access, width, copy), value, ['f32x4.add']]);
    return [sum, this.#store(access, read, width, copy)];
  }

  #start(copies: number): Code {
    return this.#totals.map(({ node, vectors, rest }): Code => {
      const initial = this.#environment.float(node.operation.operation === 'sum' ? 0 : -Infinity);
      const locals = this.#vectorsAreReduced ? [...vectors, rest] : vectors.slice(0, copies);
      return locals.map((local): Code => [initial, ['local.set', local]]);
    });
  }

  #finish(width: number, copies: number): Code {
    return this.#totals.map(({ node, vectors, rest }): Code => {
      const access = this.#walk.stores.get(node)!;
      if (!this.#vectorsAreReduced) {
        return vectors
          .slice(0, copies)
          .map((local, copy) => this.#store(access, [['local.get', local]], width, copy));
      }
      const first = vectors[0]!;
      const total: Code = [
        vectors
          .slice(1)
          .map((local): Code => [
            ['local.get', first],
            ['local.get', local],
            combine(node),
            ['local.set', first],
          ]),
        // Every lane gets the total of the four.
        [
          [8, 12],
          [4, 0],
        ].map(([a, b]): Code => [
          ['local.get', first],
          ['local.get', first],
          ['local.get', first],
          ['i8x16.shuffle', rotated(a!, b!)],
          combine(node),
          ['local.set', first],
        ]),
        [['local.get', first], ['local.get', rest], combine(node), ['local.set', first]],
      ];
      return [total, this.#store(access, [['local.get', first]], 1, 0)];
    });
  }
}

function combine({ operation }: NodeOf<'reduce'>): Code {
  return [operation.operation === 'sum' ? ['f32x4.add'] : ['f32x4.max']];
}

/** Byte shuffle that moves lanes: by two (8, 12) or within pairs (4, 0). */
function rotated(first: number, second: number): number[] {
  const third = first === 8 ? 0 : 12;
  const fourth = first === 8 ? 4 : 8;
  return [first, second, third, fourth].flatMap((start) => [start, start + 1, start + 2, start + 3]);
}

/** Most of the axis by vectors in flight, then by single vectors, then one by one. */
function split(size: number, unroll: number): { count: number; step: number }[] {
  const steps = unroll > 1 ? [4 * unroll, 4, 1] : [4, 1];
  let left = size;
  return steps.flatMap((step) => {
    const count = left - (left % step);
    left -= count;
    return count > 0 ? [{ count, step }] : [];
  });
}

/** The axis to walk by vectors: long, with neighbours next to each other in most accesses; the last of equals. */
function vectorAxis({ sizes, loads, stores }: Walk): number | undefined {
  const accesses = [...new Set([...loads.values(), ...stores.values()])];
  let best: number | undefined;
  let least = Infinity;
  sizes.forEach((size, axis) => {
    const perVector = accesses.reduce((sum, { strides }) => sum + (Math.abs(strides[axis]!) > 1 ? 4 : 1), 2);
    const cost = (perVector * (Math.floor(size / 4) + (size % 4))) / size;
    if (cost <= least) [best, least] = [axis, cost];
  });
  return best;
}
