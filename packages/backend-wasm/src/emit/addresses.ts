/** Where the emitted code finds the numbers. */
import type { Node } from '../plan/graph.ts';

/** Where nodes are. */
export interface Addresses {
  /** Byte address of a node, or nothing when it lives in registers only. */
  of(node: Node): number | undefined;
}
