/** How long units take, roughly: enough to tell what is worth dividing among threads. */
import { sizeOf } from '@ascent-rl/core';
import { isKind, type MapOperation } from './graph.ts';
import { isPiece, type Unit } from './schedule.ts';

/** Microseconds that four elementwise operations of the simplest kind, and two products of matrices, take at 2.4 GHz. */
const [vectorTime, productTime] = [0.0002, 0.00005];

/** Operations that cost several times the simplest. */
const weights: Partial<Readonly<Record<MapOperation, number>>> = {
  exp: 8,
  log: 10,
  tanh: 10,
  div: 3,
  sqrt: 4,
};

/** Microseconds of a unit's work. */
export function estimateTime(unit: Unit): number {
  switch (unit.kind) {
    case 'matmul': {
      const [batch, m, k] = unit.node.operation.left.shape as [number, number, number];
      return batch * m * k * unit.node.operation.right.shape[2]! * productTime;
    }
    case 'loop': {
      const operations = unit.nodes.reduce(
        (sum, node) =>
          sum + 1 + (isPiece(node) || !isKind(node, 'map') ? 1 : (weights[node.operation.operation] ?? 1)),
        0,
      );
      return (sizeOf(unit.shape) / 4) * operations * vectorTime;
    }
    default:
      return (sizeOf(unit.node.shape) / 4) * vectorTime;
  }
}
