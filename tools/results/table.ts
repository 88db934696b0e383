/** The page of stored learning results: a table and a learning curve for each environment. */
import type { Plot } from '../plots/plot.ts';
import { publishedResults } from './published.ts';
import { bootstrapInterval, interquartileMean, mean, standardError } from './statistics.ts';
import type { LearningCurve, StoredResult } from './stored.ts';

/** The page's generated text, in Markdown: a section for each environment. */
export function resultsReport(results: readonly StoredResult[]): string {
  return byEnvironment(results)
    .map(([environment, own]) => {
      const picture = learningPlot(environment, own);
      return [
        `## ${environment}`,
        tableOf(own),
        ...(picture ? [`![Learning curves on ${environment}](${curveFile(environment)})`] : []),
      ].join('\n\n');
    })
    .join('\n\n');
}

/** The learning curves of each environment that has any, by file name beside the page. */
export function learningPlots(results: readonly StoredResult[]): Readonly<Record<string, Plot>> {
  return Object.fromEntries(
    byEnvironment(results).flatMap(([environment, own]) => {
      const plot = learningPlot(environment, own);
      return plot ? [[curveFile(environment), plot]] : [];
    }),
  );
}

function byEnvironment(results: readonly StoredResult[]): [string, StoredResult[]][] {
  const environments = [...new Set(results.map(({ environment }) => environment))].sort();
  return environments.map((id) => [id, results.filter(({ environment }) => environment === id)]);
}

const curveFile = (environment: string) => `${environment}.svg`;

function tableOf(results: readonly StoredResult[]): string {
  const rows = results.map(({ algorithm, environment, runs }) => {
    const returns = runs.map(({ meanReturn }) => meanReturn);
    // One seed says nothing about others.
    const hasSpread = returns.length > 1;
    const [low, high] = bootstrapInterval(returns);
    const published = publishedResults[environment]?.[algorithm];
    // Returns of 0 or 1 need more digits than those in the hundreds.
    const digits = Math.abs(mean(returns)) < 2 ? 2 : 1;
    const decimals = (value: number) => value.toFixed(digits);
    return [
      algorithm,
      runs[0]!.steps.toLocaleString('en'),
      decimals(mean(returns)) + (hasSpread ? ` ± ${decimals(standardError(returns))}` : ''),
      hasSpread ? `${decimals(interquartileMean(returns))} [${decimals(low)}, ${decimals(high)}]` : '',
      returns.map((value) => value.toPrecision(3)).join(', '),
      mean(runs.map((run) => run.seconds)).toFixed(0),
      published ? `${decimals(published.meanReturn)} ± ${decimals(published.returnDeviation)}` : '',
      published ? published.steps.toLocaleString('en') : '',
    ];
  });
  const head = [
    'algorithm',
    'steps',
    'mean ± standard error',
    'IQM',
    'each seed',
    'seconds a run',
    'rl-zoo3: mean ± deviation',
    'its steps',
  ];
  const alignment = ['---', '--:', '--:', '--:', '---', '--:', '--:', '--:'];
  return [head, alignment, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Mean over seeds and the band of its standard error, for algorithms whose records have curves. */
function learningPlot(environment: string, results: readonly StoredResult[]): Plot | undefined {
  const lines = results.flatMap(({ algorithm, runs }) => {
    const curves = runs.flatMap(({ curve }) => (curve && curve.steps.length > 1 ? [curve] : []));
    if (curves.length < runs.length) return [];
    const from = Math.max(...curves.map(({ steps }) => steps[0]!));
    const to = Math.min(...curves.map(({ steps }) => steps.at(-1)!));
    const x = Array.from({ length: 50 }, (_, i) => from + ((to - from) * i) / 49);
    const values = x.map((step) => curves.map((curve) => returnAt(curve, step)));
    const y = values.map(mean);
    const errors = values.map((each) => (each.length > 1 ? standardError(each) : 0));
    const low = y.map((value, i) => value - errors[i]!);
    const high = y.map((value, i) => value + errors[i]!);
    return [{ name: algorithm, x, y, band: { low, high } }];
  });
  if (lines.length === 0) return undefined;
  return { title: environment, xName: 'environment steps', yName: 'return of training episodes', lines };
}

/** Between two moments the curve is straight. */
function returnAt({ steps, returns }: LearningCurve, step: number): number {
  const after = Math.max(
    1,
    steps.findIndex((at) => at >= step),
  );
  const [a, b] = [steps[after - 1]!, steps[after]!];
  return returns[after - 1]! + ((returns[after]! - returns[after - 1]!) * (step - a)) / (b - a);
}
