/** What the ziggurat tests against, derived from the layers' widths. Source: see `ziggurat-tables.ts`. */
import { exponentialEdges, normalEdges } from './ziggurat-tables.ts';

/** One distribution's ziggurat over integers of a number of bits. */
export interface Ziggurat {
  /** From an integer to an abscissa of layer i. */
  readonly scale: Float64Array;
  /** Integers below this one lie inside layer i for sure. */
  readonly inside: Float64Array;
  /** The density at the edge of layer i; 1 at the top. */
  readonly density: Float64Array;
  /** Where the tail begins. */
  readonly tail: number;
}

function ziggurat(edges: readonly number[], bits: number, density: (x: number) => number): Ziggurat {
  const steps = 2 ** bits;
  const tail = edges.at(-1)!;
  const inner = edges.map((_, i) => (i === 0 ? tail : i === 1 ? 0 : edges[i - 1]!));
  return {
    scale: Float64Array.from(edges, (edge) => edge / steps),
    inside: Float64Array.from(edges, (edge, i) => Math.floor((inner[i]! / edge) * steps)),
    density: Float64Array.from(edges, (edge, i) => (i === 0 ? 1 : density(edge))),
    tail,
  };
}

/** The normal distribution over 52 bits. */
export const normalZiggurat: Ziggurat = ziggurat(normalEdges, 52, (x) => Math.exp(-0.5 * x * x));

/** The exponential distribution over 53 bits. */
export const exponentialZiggurat: Ziggurat = ziggurat(exponentialEdges, 53, (x) => Math.exp(-x));
