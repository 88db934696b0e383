/** What the options of REINFORCE do, as a table and two plots. */
import type { Bar, Plot } from '../plots/plot.ts';
import { mean, standardError } from './statistics.ts';
import type { ReinforceStory } from './reinforce-story.ts';

/** Gradient variance of each chapter, and where learning came to. */
export function reinforceReport({ chapters, policy, samples, steps }: ReinforceStory): string {
  const rows = chapters.map(({ name, gradient: { variance, squaredMean }, curves }) => {
    const last = curves.map(({ returns }) => returns.at(-1)!);
    return [
      name,
      variance.toPrecision(3),
      squaredMean.toPrecision(3),
      (variance / squaredMean).toPrecision(2),
      `${mean(last).toFixed(0)} ± ${standardError(last).toFixed(0)}`,
    ];
  });
  const head = ['an action is judged by', 'variance', '‖mean‖²', 'noise to signal', 'return after training'];
  const table = [head, ['---', '--:', '--:', '--:', '--:'], ...rows.map((row) => row.map(plain))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
  return (
    `${table}\n\nVariance: summed over the parameters, from ${samples.toLocaleString('en')} estimates at one policy with a ` +
    `mean return of ${policy.meanReturn.toFixed(0)}. Return: the last 100 episodes after ${steps.toLocaleString('en')} ` +
    `steps, mean ± standard error over ${chapters[0]!.curves.length} seeds.`
  );
}

/** 1.94e+6 as 1,940,000. */
function plain(text: string): string {
  return /^\d\.?\d*e\+\d+$/.test(text) ? Number(text).toLocaleString('en') : text;
}

/** Noise of each chapter in proportion to its signal: how many episodes make both equal. */
export function noiseBars({ chapters }: ReinforceStory): readonly Bar[] {
  return chapters.map(({ name, gradient: { variance, squaredMean } }) => ({
    name,
    value: Number((variance / squaredMean).toPrecision(2)),
  }));
}

/** Learning curves: means over seeds. */
export function learningOf({ chapters, environment, steps }: ReinforceStory): Plot {
  const x = Array.from({ length: 40 }, (_, i) => ((i + 1) * steps) / 40);
  return {
    title: `Learning ${environment}`,
    xName: 'environment steps',
    yName: 'return of the last 100 episodes',
    lines: chapters.map(({ name, curves }) => ({
      name,
      x,
      y: x.map((step) => mean(curves.map((curve) => curve.returns[lastBefore(curve.steps, step)]!))),
    })),
  };
}

function lastBefore(steps: readonly number[], step: number): number {
  return Math.max(
    0,
    steps.findLastIndex((at) => at <= step),
  );
}
