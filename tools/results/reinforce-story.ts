/** The options of REINFORCE one after the other, and what is measured of them. */
import type { ReinforceOptions } from '@ascent-rl/reinforce';
import type { BenchmarkRecord } from '../bench/record.ts';
import type { LearningCurve } from './stored.ts';

/** One set of options. */
export interface Chapter {
  readonly name: string;
  readonly options: ReinforceOptions;
}

const first = { returns: 'wholeEpisode', discount: 1, baseline: 'none' } as const;
const toGo = { ...first, returns: 'rewardToGo' } as const;
const discounted = { ...toGo, discount: 0.99 } as const;

/** Each adds one option to the one before, except that the last three differ from the constant baseline. */
export const chapters: readonly Chapter[] = [
  { name: 'return of the whole episode', options: first },
  { name: 'reward-to-go', options: toGo },
  { name: '… discounted, γ = 0.99', options: discounted },
  { name: '… minus a constant baseline', options: { ...discounted, baseline: 'constant' } },
  { name: '… minus values fitted by Monte Carlo', options: { ...discounted, baseline: 'value' } },
  {
    name: '… minus values fitted by TD',
    options: { ...discounted, baseline: 'value', baselineTarget: 'temporalDifference' },
  },
  {
    name: '… Monte Carlo values, 8 episodes an update',
    options: { ...discounted, baseline: 'value', episodesPerUpdate: 8 },
  },
];

/** What `npm run results:reinforce` stores. */
export interface ReinforceStory extends Pick<BenchmarkRecord, 'date' | 'machine' | 'version'> {
  readonly command: string;
  readonly environment: string;
  /** The policy whose gradients were sampled. */
  readonly policy: {
    /** Steps it was trained for. */
    readonly steps: number;
    /** Mean return of its last 100 episodes. */
    readonly meanReturn: number;
    /** Steps for which values were fitted to it. */
    readonly fittingSteps: number;
  };
  /** Gradients sampled for each chapter. */
  readonly samples: number;
  /** Environment steps of each learning curve. */
  readonly steps: number;
  readonly chapters: readonly {
    readonly name: string;
    readonly gradient: GradientMoments;
    /** One a seed. */
    readonly curves: readonly LearningCurve[];
  }[];
}

/** Of gradient estimates ĝ. */
export interface GradientMoments {
  /** Variance of ĝ, summed over parameters. */
  readonly variance: number;
  /** ‖E ĝ‖², without the bias that a mean of finitely many has. */
  readonly squaredMean: number;
}
