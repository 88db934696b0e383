/**
 * The order of work: nodes become units, each of which is one function of the module. Elementwise nodes and
 * reductions over the same index space share a unit, a *loop*: what flows between them never touches memory.
 *
 * Nodes are placed from the last to the first, each as late as its readers allow, into a loop that is there already
 * where one fits. So a chain joins the loop that consumes it, and the loops of an optimiser become one.
 */
import { sizeOf, type Shape } from '@ascent-rl/core';
import { isKind, operandsOf, type Graph, type Node, type NodeOf, type Piece } from './graph.ts';
import { isContiguous, isWhole, walkOf, whole, type View } from './view.ts';

/** What a loop does at each of its positions, in order. */
export type LoopNode = NodeOf<'map'> | NodeOf<'reduce'> | PieceNode;

/** A copy into a part of an assembled node. */
export interface PieceNode {
  readonly target: NodeOf<'assemble'>;
  readonly piece: Piece;
}

/** A loop over an index space. */
export interface LoopUnit {
  readonly kind: 'loop';
  readonly shape: Shape;
  /** Axes over which the loop's reductions run; the same for all of them. */
  axes: readonly number[] | undefined;
  /** In the order of computation. */
  readonly nodes: LoopNode[];
}

/** A unit of another kind computes one node; `fill` writes the zeros beneath an assembled one. */
export type Unit =
  | LoopUnit
  | { readonly kind: 'matmul'; readonly node: NodeOf<'matmul'> }
  | { readonly kind: 'gather'; readonly node: NodeOf<'gather'> }
  | { readonly kind: 'scatterAdd'; readonly node: NodeOf<'scatterAdd'> }
  | { readonly kind: 'fill'; readonly node: NodeOf<'assemble'> };

/** Units in order, and which nodes live inside another's memory. */
export interface Schedule {
  readonly units: readonly Unit[];
  /** Node → the assembled node that it is written into, and where. */
  readonly placed: ReadonlyMap<Node, { readonly target: Node; readonly offset: number }>;
}

/** True for a piece of an assembled node. */
export function isPiece(node: LoopNode): node is PieceNode {
  return 'target' in node;
}

/** Orders a graph. */
export function schedule({ nodes, outputs }: Graph): Schedule {
  const units: Unit[] = [];
  const placed = new Map<Node, { target: Node; offset: number }>();
  /** Readers of a node: `lane` when the same position of the unit's index space is read. */
  const readers = new Map<Node, { unit: Unit | 'end'; lane: boolean }[]>();
  const read = (node: Node, unit: Unit | 'end', lane = false) => {
    const list = readers.get(node);
    if (list) list.push({ unit, lane });
    else readers.set(node, [{ unit, lane }]);
  };
  const leaves = new Set(outputs.map(({ node }) => node));
  for (const node of leaves) read(node, 'end');

  const position = (unit: Unit | 'end') => (unit === 'end' ? units.length : units.indexOf(unit));
  /** The last unit in which the node may be computed: before its readers, or in a loop that reads it lane by lane. */
  const lastUnitFor = (node: Node) =>
    readers.get(node)!.reduce((last, { unit, lane }) => {
      const joins = lane && isKind(node, 'map');
      return Math.min(last, joins ? position(unit) : position(unit) - 1);
    }, Infinity);
  const readOperands = (node: Node, unit: Unit) => {
    for (const view of operandsOf(node)) {
      read(view.node, unit, unit.kind === 'loop' && isLane(view, unit.shape));
    }
  };
  /** The latest loop up to `last` that fits, or a new one there. */
  const loopFor = (shape: Shape, last: number, axes?: readonly number[]): LoopUnit => {
    const walk = walkOf(shape);
    for (let at = Math.min(last, units.length - 1); at >= 0; at--) {
      const unit = units[at]!;
      if (unit.kind !== 'loop' || walkOf(unit.shape) !== walk) continue;
      if (axes === undefined) return unit;
      if (unit.axes === undefined || walkedAxes(unit.shape, unit.axes) === walkedAxes(shape, axes)) {
        unit.axes ??= axesIn(unit.shape, shape, axes);
        return unit;
      }
    }
    const unit: LoopUnit = { kind: 'loop', shape, axes, nodes: [] };
    units.splice(last + 1, 0, unit);
    return unit;
  };
  const insert = (unit: Unit, last: number) => {
    units.splice(last + 1, 0, unit);
    return unit;
  };

  for (const node of nodes.toReversed()) {
    if (!readers.has(node) || isKind(node, 'input') || isKind(node, 'constant')) continue;
    const last = lastUnitFor(node);
    if (isKind(node, 'map')) {
      const unit = loopFor(node.shape, last);
      unit.nodes.unshift(node);
      readOperands(node, unit);
    } else if (isKind(node, 'reduce')) {
      // A reduction is read after its loop has ended.
      const unit = loopFor(node.operation.operand.shape, last, node.operation.axes);
      unit.nodes.unshift(node);
      readOperands(node, unit);
    } else if (isKind(node, 'assemble')) {
      const { pieces, zeroed, accumulate } = node.operation;
      const writers: Unit[] = [];
      for (const piece of pieces.toReversed()) {
        if (sizeOf(piece.from.shape) === 0) continue;
        if (!zeroed && canPlace(node, piece, placed, leaves)) {
          placed.set(piece.from.node, { target: node, offset: piece.offset });
          for (const reader of readers.get(node)!) read(piece.from.node, reader.unit);
          continue;
        }
        const shape = piece.from.shape;
        const unit = accumulate
          ? (insert({ kind: 'loop', shape, axes: undefined, nodes: [] }, last) as LoopUnit)
          : loopFor(shape, last);
        unit.nodes.unshift({ target: node, piece });
        read(piece.from.node, unit, isLane(piece.from, unit.shape));
        writers.push(unit);
      }
      if (zeroed) insert({ kind: 'fill', node }, Math.min(last + 1, ...writers.map(position)) - 1);
    } else {
      const unit = insert({ kind: node.operation.kind, node } as Unit, last);
      readOperands(node, unit);
    }
  }
  return { units, placed };
}

/** True when position i of the index space is element i of the view's node. */
export function isLane(view: View, shape: Shape): boolean {
  return isWhole(view) && walkOf(view.shape) === walkOf(shape) && walkOf(view.node.shape) === walkOf(shape);
}

/** A computed node that an assembled one holds as it is can be computed right there. */
function canPlace(
  target: Node,
  { from, offset, strides }: Piece,
  placed: ReadonlyMap<Node, unknown>,
  leaves: ReadonlySet<Node>,
): boolean {
  const { node } = from;
  const computed = !isKind(node, 'input') && !isKind(node, 'constant') && !isKind(node, 'assemble');
  const inside = isContiguous({ node: target, offset, shape: from.shape, strides });
  return computed && inside && isWhole(from) && !placed.has(node) && !leaves.has(node);
}

function walkedAxes(shape: Shape, axes: readonly number[]): string {
  const walked = shape.map((_, axis) => axis).filter((axis) => shape[axis] !== 1);
  return walked.flatMap((axis, i) => (axes.includes(axis) ? [i] : [])).join();
}

/** The axes of `to` that correspond to axes of `from`, another way to write the same walk. */
function axesIn(to: Shape, from: Shape, axes: readonly number[]): number[] {
  const walked = walkedAxes(from, axes).split(',').filter(Boolean).map(Number);
  const own = to.map((_, axis) => axis).filter((axis) => to[axis] !== 1);
  return walked.map((i) => own[i]!);
}

/** The whole of a node that a loop stores. */
export function storeOf(node: LoopNode): View {
  if (!isPiece(node)) return whole(node);
  const { target, piece } = node;
  return { node: target, offset: piece.offset, shape: piece.from.shape, strides: piece.strides };
}
