/**
 * A sum tree: weights of C leaves with their sums, so that a leaf is drawn in proportion to its weight, and a weight
 * changed, in log₂ C steps (Schaul et al. 2016, "Prioritized Experience Replay", appendix B.2.1).
 */

/** Weights and their sums. */
export interface SumTree {
  /** Node i has the children 2 i and 2 i + 1; leaf j is node `leaves` + j; node 1 is the sum of all. */
  readonly nodes: Float64Array;
  /** Leaves, a power of 2. */
  readonly leaves: number;
}

/** A tree of at least `count` leaves of weight 0. */
export function sumTree(count: number): SumTree {
  const leaves = leavesFor(count);
  return { nodes: new Float64Array(2 * leaves), leaves };
}

/** Bytes that the tree of `count` leaves takes: 16 to 32 for each. */
export function sumTreeBytes(count: number): number {
  return 2 * leavesFor(count) * Float64Array.BYTES_PER_ELEMENT;
}

function leavesFor(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(count, 1)));
}

/** Sets a leaf's weight, which is at least 0. */
export function setWeight({ nodes, leaves }: SumTree, leaf: number, weight: number): void {
  let node = leaves + leaf;
  nodes[node] = weight;
  // Each sum is formed anew from its parts: differences would let errors pile up.
  for (node >>>= 1; node >= 1; node >>>= 1) nodes[node] = nodes[2 * node]! + nodes[2 * node + 1]!;
}

/** The leaf at which the running sum of weights passes `mass`, from 0 to the sum of all. */
export function findLeaf({ nodes, leaves }: SumTree, mass: number): number {
  let node = 1;
  while (node < leaves) {
    const left = nodes[2 * node]!;
    const right = nodes[2 * node + 1]!;
    // A mass that rounding has put beyond the last weight must not lead to a leaf without any.
    if (mass < left || right === 0) node = 2 * node;
    else {
      mass -= left;
      node = 2 * node + 1;
    }
  }
  return node - leaves;
}
