/** Where values live: in the places that a program is bound to, or in an arena whose memory is reused. */
import { sizeOf, type Program } from '@ascent-rl/core';
import { isKind, operandsOf, type Graph, type Node } from './graph.ts';
import { isLane, isPiece, type Schedule, type Unit } from './schedule.ts';
import type { View } from './view.ts';

/** Where a node is stored; offsets in bytes. */
export type Storage =
  | { readonly kind: 'input' | 'output'; readonly index: number }
  | { readonly kind: 'arena'; readonly offset: number };

/** Where everything is. */
export interface StoragePlan {
  /** Nodes that are stored; others exist in registers only. */
  readonly storage: ReadonlyMap<Node, Storage>;
  /** Bytes of the arena: constants, then what is computed. */
  readonly arenaSize: number;
  /** Constants that the arena holds from the start. */
  readonly constants: readonly {
    readonly node: Node;
    readonly offset: number;
    readonly data: ArrayLike<number>;
  }[];
  /** Outputs computed in the arena, copied to their places when everything has been read. */
  readonly copies: readonly { readonly output: number; readonly node: Node }[];
}

/** Numbers start at multiples of a cache line, so that vectors never straddle two. */
const alignment = 64;

/** Large arrays start at different places of their pages: equal ones hinder each other in the nearest cache. */
const stagger = 320;

const bytesOf = (node: Node) => {
  const size = 4 * sizeOf(node.shape);
  return Math.ceil(size / alignment) * alignment + (size >= 4096 ? stagger : 0);
};

/**
 * Plans the storage.
 *
 * @param donate - Output → input whose place it takes over.
 * @param aliased - True when an output's place may be an input's beyond `donate`: then every output is copied at
 *   the end, after all inputs have been read.
 */
export function planStorage(
  program: Program,
  graph: Graph,
  { units, placed }: Schedule,
  { donate, aliased }: { readonly donate: Readonly<Record<string, string>>; readonly aliased: boolean },
): StoragePlan {
  const { firstWrite, lastWrite, reads, isRead } = accesses(units, placed);
  const storage = new Map<Node, Storage>();
  graph.inputs.forEach((node, index) => storage.set(node, { kind: 'input', index }));

  const copies: { output: number; node: Node }[] = [];
  graph.outputs.forEach(({ node }, index) => {
    const input = program.inputs.findIndex(({ name }) => name === donate[program.outputs[index]!.name]);
    const overwritten = graph.inputs[input];
    const direct = !aliased && (overwritten === undefined || isReadBefore(node, overwritten));
    if (direct) storage.set(node, { kind: 'output', index });
    else copies.push({ output: index, node });
  });

  /** True when the input is read for the last time before, or lane by lane while, the node is written. */
  function isReadBefore(node: Node, input: Node): boolean {
    const write = firstWrite.get(node);
    if (write === undefined) return true;
    return reads
      .filter(({ view }) => view.node === input)
      .every(({ at, view }) => {
        const unit = units[write]!;
        const together = isKind(node, 'map') && unit.kind === 'loop' && isLane(view, unit.shape);
        return at < write || (at === write && together);
      });
  }

  const constants: { node: Node; offset: number; data: ArrayLike<number> }[] = [];
  let constantBytes = 0;
  const lastRead = new Map<Node, number>();
  for (const { at, view } of reads) {
    const { node } = view;
    const { operation } = node;
    const root = placed.get(node)?.target ?? node;
    lastRead.set(root, Math.max(lastRead.get(root) ?? 0, at));
    // Loops have uniform constants in their code; products, gathers and scatters read memory.
    const isInCode = operation.kind === 'constant' && isUniform(operation.data) && units[at]!.kind === 'loop';
    if (operation.kind === 'constant' && !isInCode && !storage.has(node)) {
      storage.set(node, { kind: 'arena', offset: constantBytes });
      constants.push({ node, offset: constantBytes, data: operation.data });
      constantBytes += bytesOf(node);
    }
  }
  for (const { node } of copies) lastRead.set(node, units.length);

  const arena = new Arena(constantBytes);
  const live: { node: Node; until: number; offset: number }[] = [];
  const starting = new Map<number, Node[]>();
  for (const [node, at] of firstWrite) {
    const needed = isRead.has(node) || lastRead.has(node);
    if (needed && !storage.has(node) && !placed.has(node))
      starting.set(at, [...(starting.get(at) ?? []), node]);
  }
  units.forEach((_, at) => {
    for (const dead of live.filter(({ until }) => until < at)) {
      arena.free(dead.offset, bytesOf(dead.node));
      live.splice(live.indexOf(dead), 1);
    }
    for (const node of starting.get(at) ?? []) {
      const offset = arena.allocate(bytesOf(node));
      storage.set(node, { kind: 'arena', offset });
      live.push({ node, until: Math.max(lastRead.get(node) ?? at, lastWrite.get(node)!), offset });
    }
  });
  return { storage, arenaSize: arena.size, constants, copies };
}

/** True when all numbers are one: such a constant is written into the code. */
export function isUniform(data: ArrayLike<number>): boolean {
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], data[0])) return false;
  return true;
}

/** Which units write and read memory. A node that its own loop alone reads, lane by lane, is not written. */
function accesses(units: readonly Unit[], placed: Schedule['placed']) {
  const reads: { at: number; view: View }[] = [];
  const writes: [Node, number][] = [];
  units.forEach((unit, at) => {
    if (unit.kind !== 'loop') {
      writes.push([unit.node, at]);
      if (unit.kind !== 'fill') reads.push(...operandsOf(unit.node).map((view) => ({ at, view })));
      return;
    }
    const inside = new Set<Node>();
    for (const item of unit.nodes) {
      const views = isPiece(item) ? [item.piece.from] : operandsOf(item);
      reads.push(
        ...views
          .filter((view) => !(inside.has(view.node) && isLane(view, unit.shape)))
          .map((view) => ({ at, view })),
      );
      if (isPiece(item)) writes.push([item.target, at]);
      else {
        writes.push([item, at]);
        if (isKind(item, 'map')) inside.add(item);
      }
    }
  });
  const firstWrite = new Map<Node, number>();
  const lastWrite = new Map<Node, number>();
  const isRead = new Set(reads.map(({ view }) => view.node));
  for (const [node, at] of writes) {
    const root = placed.get(node)?.target ?? node;
    firstWrite.set(root, Math.min(firstWrite.get(root) ?? at, at));
    lastWrite.set(root, at);
    if (root !== node) firstWrite.set(node, at);
  }
  return { firstWrite, lastWrite, reads, isRead };
}

/** Offsets in a growing range, best fit first. */
class Arena {
  size: number;
  readonly #holes: { offset: number; size: number }[] = [];

  constructor(start: number) {
    this.size = start;
  }

  allocate(size: number): number {
    const fitting = this.#holes.filter((hole) => hole.size >= size).sort((a, b) => a.size - b.size)[0];
    if (fitting === undefined) {
      const offset = this.size;
      this.size += size;
      return offset;
    }
    const { offset } = fitting;
    fitting.offset += size;
    fitting.size -= size;
    if (fitting.size === 0) this.#holes.splice(this.#holes.indexOf(fitting), 1);
    return offset;
  }

  free(offset: number, size: number): void {
    if (size === 0) return;
    this.#holes.push({ offset, size });
    this.#holes.sort((a, b) => a.offset - b.offset);
    for (let i = this.#holes.length - 1; i > 0; i--) {
      const [before, hole] = [this.#holes[i - 1]!, this.#holes[i]!];
      if (before.offset + before.size === hole.offset) {
        before.size += hole.size;
        this.#holes.splice(i, 1);
      }
    }
  }
}
