/**
 * Loops over an index space: elementwise operations, reductions and copies, four numbers at a time.
 *
 * The axes are first merged where every access allows. One axis is walked by vectors; the others nest around it, or
 * inside it when they are reduced and it is not. What is left over from the vectors runs through the same code
 * with one number in all lanes.
 */
import { sizeOf } from '@ascent-rl/core';
import type { Code } from '../../assembler/index.ts';
import { isKind, type Node, type NodeOf } from '../../plan/graph.ts';
import { isPiece, type LoopNode, type LoopUnit } from '../../plan/schedule.ts';
import type { View } from '../../plan/view.ts';
import type { Addresses } from '../addresses.ts';
import { evaluateMap, type Value } from '../elementwise.ts';
import { repeat, type Environment } from '../environment.ts';
import { NestMemory } from './memory.ts';
import { bytes, isNumber, Walk, type Access } from './walk.ts';

/** Emits a loop; its walk may have been divided. */
export function emitLoop(environment: Environment, unit: LoopUnit, walk: Walk, addresses: Addresses): Code {
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
  readonly #memory: NestMemory;
  readonly #totals: Total[] = [];
  readonly #unroll: number;

  constructor(environment: Environment, walk: Walk) {
    this.#environment = environment;
    this.#walk = walk;
    const axes = walk.sizes.map((_, axis) => axis);
    const vector = walk.vectorAxis;
    const kept = axes.filter((axis) => !walk.reduced[axis]);
    const reduced = axes.filter((axis) => walk.reduced[axis]);
    const last = (group: readonly number[]) => [
      ...group.filter((axis) => axis !== vector),
      ...group.filter((axis) => axis === vector),
    ];
    this.#order = [...last(kept), ...last(reduced)];
    this.#vectorDepth = vector === undefined ? -1 : this.#order.indexOf(vector);
    this.#totalsDepth = kept.length;
    const counters = this.#order.map(() => environment.locals.add('i32'));
    this.#counters = counters;
    this.#memory = new NestMemory(environment, walk, {
      order: this.#order,
      vectorDepth: this.#vectorDepth,
      counters,
    });
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
    return [this.#memory.hoist(-1), this.#level(0, 1, 1, false)];
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
    const { part } = this.#environment;
    if (depth === 0 && part !== undefined) {
      const own: Code = [['local.get', part], ['i32.const', bytes], ['i32.mul'], ['local.set', counter]];
      return [own, this.#memory.advance(0), this.#memory.hoist(0), this.#level(1, width, copies, inTotals)];
    }
    const size = this.#walk.sizes[this.#order[depth]!]!;
    const segments = depth === this.#vectorDepth ? split(size, this.#unroll) : [{ count: size, step: 1 }];
    let from = 0;
    return segments.map(({ count, step }) => {
      const [begin, end] = [bytes * from, bytes * (from + count)];
      from += count;
      const prepare = [this.#memory.advance(depth), this.#memory.hoist(depth)];
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
          const [load, kept] = environment.keep(this.#memory.load(access, width, copy));
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
          if (access) stores.push(this.#memory.store(access, value.read, width, copy));
        }
      }
      return [...code, ...stores];
    });
  }

  #storePiece(node: LoopNode, value: Code, width: number, copy: number): Code {
    const access = this.#walk.stores.get(node)!;
    if (!isPiece(node) || !node.target.operation.accumulate)
      return this.#memory.store(access, value, width, copy);
    const [sum, read] = this.#environment.keep([
      this.#memory.load(access, width, copy),
      value,
      ['f32x4.add'],
    ]);
    return [sum, this.#memory.store(access, read, width, copy)];
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
          .map((local, copy) => this.#memory.store(access, [['local.get', local]], width, copy));
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
      return [total, this.#memory.store(access, [['local.get', first]], 1, 0)];
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
