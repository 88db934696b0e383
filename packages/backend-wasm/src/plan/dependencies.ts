/** Which units wait for which, where several threads work: those that touch the same memory, one of them writing. */
import { sizeOf, type Program } from '@ascent-rl/core';
import { estimateTime } from './cost.ts';
import { isKind, operandsOf, type Graph, type Node } from './graph.ts';
import { isPiece, storeOf, type Schedule, type Unit } from './schedule.ts';
import { whole, type View } from './view.ts';

/** Bytes that a unit reads or writes. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Byte address of a node; nothing where it is in registers or in the code. */
export type AddressOf = (node: Node) => number | undefined;

/** For each unit the earlier ones that it waits for, the last first, without those that these wait for anyway. */
export function dependencies(units: readonly Unit[], addressOf: AddressOf): readonly (readonly number[])[] {
  const touched = units.map((unit) => {
    const { reads, writes } = viewsOf(unit);
    const ranges = (views: readonly View[]) => views.flatMap((view) => rangeOf(view, addressOf) ?? []);
    return { reads: ranges(reads), writes: ranges(writes) };
  });
  return withoutImplied(units.length, (earlier, later) => {
    const [first, second] = [touched[earlier]!, touched[later]!];
    return (
      overlap(first.writes, second.reads) ||
      overlap(first.reads, second.writes) ||
      overlap(first.writes, second.writes)
    );
  });
}

/**
 * For each of `count` things in order the earlier ones that it waits for, the last first, without those that these wait
 * for anyway. `waits` says whether of two the later one waits for the earlier.
 */
export function withoutImplied(
  count: number,
  waits: (earlier: number, later: number) => boolean,
): readonly (readonly number[])[] {
  const lists: number[][] = [];
  /** Everything that must be done before each: bit i of the row is thing i. */
  const done: Uint32Array[] = [];
  for (let later = 0; later < count; later++) {
    const own: number[] = [];
    const row = new Uint32Array((count >> 5) + 1);
    for (let earlier = later - 1; earlier >= 0; earlier--) {
      const isKnown = ((row[earlier >> 5]! >> (earlier & 31)) & 1) === 1;
      if (isKnown || !waits(earlier, later)) continue;
      own.push(earlier);
      done[earlier]!.forEach((bits, word) => (row[word]! |= bits));
      row[earlier >> 5]! |= 1 << (earlier & 31);
    }
    lists.push(own);
    done.push(row);
  }
  return lists;
}

/**
 * Orders units for threads that take one after the other: what the longest work waits for comes first, so that
 * independent chains, such as actor and critic, go on side by side.
 */
export function sideBySide(
  program: Program,
  graph: Graph,
  { units, placed }: Schedule,
  donate: Readonly<Record<string, string>>,
): Schedule {
  const addressOf = addressesApart(program, graph, placed, donate);
  const before = dependencies(units, addressOf);
  const after: number[][] = units.map(() => []);
  before.forEach((list, i) => list.forEach((earlier) => after[earlier]!.push(i)));
  const remaining: number[] = [];
  for (let i = units.length - 1; i >= 0; i--) {
    remaining[i] = estimateTime(units[i]!) + Math.max(0, ...after[i]!.map((later) => remaining[later]!));
  }
  const missing = before.map((list) => list.length);
  const ready = [...units.keys()].filter((i) => missing[i] === 0);
  const ordered: Unit[] = [];
  while (ready.length > 0) {
    ready.sort((a, b) => remaining[b]! - remaining[a]! || a - b);
    const next = ready.shift()!;
    ordered.push(units[next]!);
    for (const later of after[next]!) if ((missing[later]! -= 1) === 0) ready.push(later);
  }
  return { units: ordered, placed };
}

/** Addresses before there is a plan of storage: every node has memory of its own, but for donated places. */
function addressesApart(
  program: Program,
  graph: Graph,
  placed: Schedule['placed'],
  donate: Readonly<Record<string, string>>,
): AddressOf {
  const addresses = new Map<Node, number>();
  let end = 0;
  const addressOf = (node: Node): number | undefined => {
    if (isKind(node, 'constant')) return undefined;
    const inside = placed.get(node);
    if (inside) return addressOf(inside.target)! + 4 * inside.offset;
    let address = addresses.get(node);
    if (address === undefined) {
      addresses.set(node, (address = end));
      end += 4 * sizeOf(node.shape);
    }
    return address;
  };
  graph.outputs.forEach(({ node }, index) => {
    const input = program.inputs.findIndex(({ name }) => name === donate[program.outputs[index]!.name]);
    if (input < 0 || isKind(node, 'constant') || isKind(node, 'input') || placed.has(node)) return;
    if (!addresses.has(node)) addresses.set(node, addressOf(graph.inputs[input]!)!);
  });
  return addressOf;
}

/** What a unit reads and writes, in memory or not. */
function viewsOf(unit: Unit): { readonly reads: readonly View[]; readonly writes: readonly View[] } {
  if (unit.kind !== 'loop') {
    const reads = unit.kind === 'fill' ? [] : operandsOf(unit.node);
    return { reads, writes: [whole(unit.node)] };
  }
  return {
    reads: unit.nodes.flatMap((item) => (isPiece(item) ? [item.piece.from] : operandsOf(item))),
    writes: unit.nodes.map(storeOf),
  };
}

function rangeOf({ node, offset, shape, strides }: View, addressOf: AddressOf): Range | undefined {
  const address = addressOf(node);
  if (address === undefined || sizeOf(shape) === 0) return undefined;
  const start = address + 4 * offset;
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 0);
  return { start, end: start + 4 * (last + 1) };
}

function overlap(some: readonly Range[], others: readonly Range[]): boolean {
  return some.some((a) => others.some((b) => a.start < b.end && b.start < a.end));
}
