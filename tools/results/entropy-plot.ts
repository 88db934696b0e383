/** What `npm run results:entropy` stores, and the plot of it. */
import type { Plot } from '../plots/plot.ts';

/** Trainings that differ in their target entropy. */
export interface EntropyRecord {
  readonly command: string;
  readonly runs: readonly {
    /** H̄ in nats. */
    readonly targetEntropy: number;
    readonly moments: readonly {
      readonly step: number;
      /** Of the policy, mean over the gradient steps since the last moment, in nats. */
      readonly entropy: number;
      /** α */
      readonly temperature: number;
    }[];
  }[];
}

/** Entropy by steps, a line a target. */
export function entropyPlot({ runs }: EntropyRecord): Plot {
  return {
    title: 'The entropy of the policy goes to its target',
    xName: 'environment steps',
    yName: 'entropy, nats',
    lines: runs.map(({ targetEntropy, moments }) => ({
      name: `target ${String(targetEntropy).replace('-', '−')}`,
      x: moments.map(({ step }) => step),
      y: moments.map(({ entropy }) => entropy),
    })),
  };
}
