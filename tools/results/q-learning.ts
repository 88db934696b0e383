/**
 * Q-learning beside policy gradients: how much experience each needs. Where every step is paid alike, an episode is as
 * long as the magnitude of its return, so episodes follow from a curve of returns by step.
 */
import { existsSync } from 'node:fs';
import { resultsFolder, type LearningCurve, type StoredResult } from './stored.ts';

/** Returns that training episodes should reach, by environment: each step is paid 1 or −1 there. */
const levels: Readonly<Record<string, readonly number[]>> = {
  'CartPole-v1': [195, 400],
  'Acrobot-v1': [-100],
  'MountainCar-v0': [-150, -130],
};
const yardstick = 'dqn';

/** Experience of a run until the mean return of its last 100 episodes was as high as a level. */
export interface Experience {
  readonly steps: number;
  readonly episodes: number;
}

/** When a curve first reaches a level; undefined where it never does. */
export function experienceUntil({ steps, returns }: LearningCurve, level: number): Experience | undefined {
  const reached = returns.findIndex((value) => value >= level);
  if (reached < 0) return undefined;
  const lengths = steps.slice(0, reached + 1).map((step, i) => {
    const taken = step - (steps[i - 1] ?? 0);
    return taken / Math.max(1, Math.abs(returns[i]!));
  });
  return { steps: steps[reached]!, episodes: Math.round(lengths.reduce((sum, episodes) => sum + episodes)) };
}

/** The page's generated text, in Markdown: a table, and the plots of the results that it is made from. */
export function qLearningReport(results: readonly StoredResult[]): string {
  const rows = Object.entries(levels).flatMap(([environment, each]) =>
    each.flatMap((level) => rowsOf(results, environment, level)),
  );
  const plots = Object.keys(levels)
    .filter((environment) => existsSync(new URL(`${environment}.svg`, resultsFolder)))
    .map((environment) => `![Learning curves on ${environment}](${environment}.svg)`);
  const head =
    '| environment | return | algorithm | seeds that reach it | steps | episodes | episodes of DQN |';
  return [[head, '|---|--:|---|--:|--:|--:|--:|', ...rows].join('\n'), ...plots].join('\n\n');
}

function rowsOf(results: readonly StoredResult[], environment: string, level: number): string[] {
  const own = results
    .filter((result) => result.environment === environment && result.runs.every(({ curve }) => curve))
    .map(({ algorithm, runs }) => {
      const experiences = runs.flatMap(({ curve }) => experienceUntil(curve!, level) ?? []);
      return { algorithm, seeds: runs.length, experiences };
    });
  const yard = own.find(({ algorithm }) => algorithm === yardstick);
  const base = yard && median(yard.experiences.map(({ episodes }) => episodes));
  return own.map(({ algorithm, seeds, experiences }) => {
    const steps = median(experiences.map((experience) => experience.steps));
    const episodes = median(experiences.map((experience) => experience.episodes));
    const times = base && episodes ? `× ${(episodes / base).toPrecision(2)}` : '';
    return `| ${environment} | ${level} | ${algorithm} | ${experiences.length} of ${seeds} | ${shown(steps)} | ${shown(episodes)} | ${times} |`;
  });
}

const shown = (value: number | undefined) =>
  value === undefined ? '–' : Math.round(value).toLocaleString('en');

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return sorted.length === 0 ? undefined : (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
