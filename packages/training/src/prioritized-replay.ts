/**
 * Prioritised replay (Schaul et al. 2016, https://arxiv.org/abs/1511.05952): surprising transitions are replayed more
 * often, and weigh less for it.
 *
 *   P(i) = pᵢ^α / Σ pⱼ^α,  pᵢ = |δᵢ| + ε      wᵢ = (C · P(i))^−β / maxⱼ wⱼ   (eq. 1, section 3.4)
 *
 * Draws are stratified: one from each of B equal parts of the sum (appendix B.2.1). What is new has the largest
 * priority so far. Shapes: C rows filled, B rows in a batch.
 */
import type { Generator } from '@ascent-rl/core/random';
import { restoreArray, type Stateful } from './checkpoint.ts';
import type { ReplayBatch, ReplayBuffer } from './replay-buffer.ts';
import { findLeaf, setWeight, sumTree } from './sum-tree.ts';

/** Priorities over the rows of a buffer. */
export interface Priorities extends Stateful {
  /** Gives rows just written the largest priority. */
  added(firstRow: number, count: number): void;
  /** Draws rows by priority, copies them, and fills `weights` [B], each at most 1. `beta` is β, 0 to 1. */
  sample(random: Generator, beta: number, into: ReplayBatch, weights: Float32Array): void;
  /** Sets the priorities of a batch's rows by their errors δ [B]. */
  update(batch: ReplayBatch, errors: ArrayLike<number>): void;
}

/** Keeps a priority from being 0, so that every transition can come again. */
const epsilon = 1e-6;

/** Priorities for a buffer that is `prioritized`; `alpha` α is 0 for uniform draws and 1 for full priority. */
export function priorities(buffer: ReplayBuffer, alpha: number): Priorities {
  const tree = sumTree(buffer.capacity);
  const largest = Float64Array.of(1);
  const state = { 'replay.priorities': tree.nodes, 'replay.largestPriority': largest };

  return {
    added(firstRow, count) {
      for (let i = 0; i < count; i++) setWeight(tree, firstRow + i, largest[0]!);
    },
    sample(random, beta, into, weights) {
      const total = tree.nodes[1]!;
      const part = total / into.rows.length;
      let heaviest = 0;
      for (let i = 0; i < into.rows.length; i++) {
        const row = findLeaf(tree, (i + random.random()) * part);
        into.rows[i] = row;
        const weight = ((buffer.size * tree.nodes[tree.leaves + row]!) / total) ** -beta;
        weights[i] = weight;
        heaviest = Math.max(heaviest, weight);
      }
      for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! / heaviest;
      buffer.gather(into);
    },
    update({ rows }, errors) {
      for (let i = 0; i < rows.length; i++) {
        const priority = (Math.abs(errors[i]!) + epsilon) ** alpha;
        largest[0] = Math.max(largest[0]!, priority);
        setWeight(tree, rows[i]!, priority);
      }
    },
    state: () => state,
    restore(snapshot) {
      for (const [name, array] of Object.entries(state)) restoreArray(snapshot, name, array);
    },
  };
}
