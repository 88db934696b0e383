/** Pointers, loads and stores of a nest of loops. */
import type { Code } from '../../assembler/index.ts';
import type { Environment } from '../environment.ts';
import { bytes, type Access, type Walk } from './walk.ts';

/** Reads and writes at the position of a nest. */
export class NestMemory {
  readonly #environment: Environment;
  readonly #walk: Walk;
  /** Axes, outermost first. */
  readonly #order: readonly number[];
  /** Depth of the axis that is walked by vectors, or −1. */
  readonly #vectorDepth: number;
  readonly #counters: readonly number[];
  readonly #pointers = new Map<string, number>();
  readonly #hoisted = new Map<Access, Code>();

  /** For a nest whose axes lie in that order, each with its counter, in bytes. */
  constructor(
    environment: Environment,
    walk: Walk,
    nest: {
      readonly order: readonly number[];
      readonly vectorDepth: number;
      readonly counters: readonly number[];
    },
  ) {
    this.#environment = environment;
    this.#walk = walk;
    this.#order = nest.order;
    this.#vectorDepth = nest.vectorDepth;
    this.#counters = nest.counters;
  }

  /** Computes the pointers that change at a depth. */
  advance(depth: number): Code {
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
  hoist(depth: number): Code {
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

  load(access: Access, width: number, copy: number): Code {
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
  store(access: Access, value: Code, width: number, copy: number): Code {
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
}
