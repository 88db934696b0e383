/**
 * `npm run docs:tables`: writes the tables of hyper-parameters into the pages of the algorithms, from the schemas, and
 * those of the benchmarks and of learning results, with their plots, into their pages and the README, from the stored
 * records. With `--check` it only fails where a page or a plot is not up to date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { a2cSchema, onlineActorCriticSchema } from '@ascent-rl/actor-critic';
import { a3cSchema } from '@ascent-rl/actor-critic/a3c';
import { reinforceSchema } from '@ascent-rl/reinforce';
import { ppoSchema, trpoSchema } from '@ascent-rl/trust-region';
import { ddpgSchema, dpgSchema, td3Schema } from '@ascent-rl/deterministic';
import { discreteSacSchema, sacSchema } from '@ascent-rl/maximum-entropy';
import { dqnSchema } from '@ascent-rl/value-based';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { a3cReport, type A3cRecord } from '../bench/a3c-report.ts';
import type { BenchmarkRecord } from '../bench/record.ts';
import {
  environmentsReport,
  type EnvironmentsRecord,
  type GymnasiumRecord,
} from '../bench/environments-report.ts';
import { offPolicyReport, type OffPolicyRecord } from '../bench/off-policy-report.ts';
import { reportOf, summaryOf } from '../bench/report.ts';
import { gpuStepReport, type GpuStepRecord } from '../bench/gpu-step-report.ts';
import { rlTsReport, type RlTsRecord } from '../bench/rl-ts-report.ts';
import { workersReport, type WorkersRecord } from '../bench/workers-report.ts';
import { deploymentReport, type DeploymentRecord } from '../bench/deployment-report.ts';
import { tfjsStepReport, type TfjsStepRecord } from '../bench/tfjs-step-report.ts';
import { browserReport, type BrowserRecord } from '../browser/report.ts';
import { barPlot, linePlot } from '../plots/plot.ts';
import { learningOf, noiseBars, reinforceReport } from '../results/reinforce-report.ts';
import type { ReinforceStory } from '../results/reinforce-story.ts';
import { entropyPlot, type EntropyRecord } from '../results/entropy-plot.ts';
import { qLearningReport } from '../results/q-learning.ts';
import { storedResults } from '../results/stored.ts';
import { learningPlots, resultsReport } from '../results/table.ts';
import { conformanceReport, type ConformanceRecord } from '../conformance/report.ts';
import { environmentPages } from './environments.ts';

const pages = [
  { page: 'docs/algorithms/reinforce.md', schema: reinforceSchema },
  { page: 'docs/algorithms/actor-critic.md', schema: onlineActorCriticSchema },
  { page: 'docs/algorithms/a2c.md', schema: a2cSchema },
  { page: 'docs/algorithms/a3c.md', schema: a3cSchema },
  { page: 'docs/algorithms/ppo.md', schema: ppoSchema },
  { page: 'docs/algorithms/trpo.md', schema: trpoSchema },
  { page: 'docs/algorithms/dpg.md', schema: dpgSchema },
  { page: 'docs/algorithms/ddpg.md', schema: ddpgSchema },
  { page: 'docs/algorithms/td3.md', schema: td3Schema },
  { page: 'docs/algorithms/sac.md', schema: sacSchema },
  { page: 'docs/algorithms/discrete-sac.md', schema: discreteSacSchema },
  { page: 'docs/algorithms/dqn.md', schema: dqnSchema },
];

/** A page's generated part; where it has more than one they have names. */
const begin = (part?: string) => `<!-- generated: npm run docs:tables${part ? `, ${part}` : ''} -->\n`;
const end = '<!-- end -->';

interface Field {
  readonly description?: string;
  readonly default?: unknown;
}

function table(schema: z.ZodObject): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  const rows = Object.entries(properties as Record<string, Field>).map(
    ([name, field]) => `| \`${name}\` | \`${JSON.stringify(field.default)}\` | ${field.description ?? ''} |`,
  );
  return ['| field | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

const root = new URL('../../', import.meta.url);
const stored = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`docs/benchmarks/${name}.json`, root), 'utf8'));
const benchmarks = stored('suite') as BenchmarkRecord;
const environments = environmentsReport(
  stored('environments') as EnvironmentsRecord,
  stored('gymnasium') as GymnasiumRecord,
);

const results = storedResults();
const story = JSON.parse(
  readFileSync(new URL('docs/algorithms/reinforce.json', root), 'utf8'),
) as ReinforceStory;

const entropies = JSON.parse(
  readFileSync(new URL('docs/algorithms/sac-entropy.json', root), 'utf8'),
) as EntropyRecord;

const texts: readonly { readonly page: string; readonly part?: string; readonly text: string }[] = [
  ...pages.map(({ page, schema }) => ({ page, text: table(schema) })),
  { page: 'docs/benchmarks/README.md', text: reportOf(benchmarks) },
  {
    page: 'docs/benchmarks/README.md',
    part: 'narrow',
    text: summaryOf(stored('suite-narrow') as BenchmarkRecord),
  },
  {
    page: 'docs/benchmarks/README.md',
    part: 'gpu.js',
    text: gpuStepReport(stored('gpu-step') as GpuStepRecord),
  },
  { page: 'docs/environments/vectorised.md', text: workersReport(stored('workers') as WorkersRecord) },
  { page: 'README.md', text: summaryOf(benchmarks) },
  { page: 'docs/guide/deployment.md', text: deploymentReport(stored('deployment') as DeploymentRecord) },
  { page: 'docs/guide/backends.md', text: conformanceReport(stored('conformance') as ConformanceRecord) },
  { page: 'docs/benchmarks/tensorflow-js.md', text: tfjsStepReport(stored('tfjs-step') as TfjsStepRecord) },
  {
    page: 'docs/benchmarks/tensorflow-js.md',
    part: 'rl-ts',
    text: rlTsReport(stored('rl-ts') as RlTsRecord),
  },
  { page: 'apps/playground/README.md', text: browserReport(stored('browser') as BrowserRecord) },
  { page: 'docs/benchmarks/environments.md', text: environments },
  { page: 'docs/results/README.md', text: resultsReport(results) },
  { page: 'docs/algorithms/a3c.md', part: 'speed', text: a3cReport(stored('a3c') as A3cRecord) },
  { page: 'docs/algorithms/reinforce.md', part: 'measured', text: reinforceReport(story) },
  { page: 'docs/results/q-learning.md', text: qLearningReport(results) },
  { page: 'docs/benchmarks/off-policy.md', text: offPolicyReport(stored('off-policy') as OffPolicyRecord) },
  ...environmentPages(),
];
const plots = [
  ...Object.entries(learningPlots(results)).map(([name, plot]) => ({
    picture: `docs/results/${name}`,
    text: linePlot(plot),
  })),
  {
    picture: 'docs/algorithms/reinforce-variance.svg',
    text: barPlot('Variance of the gradient over its squared mean', 'noise to signal', noiseBars(story)),
  },
  { picture: 'docs/algorithms/reinforce-learning.svg', text: linePlot(learningOf(story)) },
  { picture: 'docs/algorithms/sac-entropy.svg', text: linePlot(entropyPlot(entropies)) },
];

const outdated: string[] = [];
function update(page: string, before: string, after: string): void {
  if (after === before) return;
  outdated.push(page);
  if (!process.argv.includes('--check')) writeFileSync(new URL(page, root), after);
}

for (const { page, part, text: generated } of texts) {
  const file = new URL(page, root);
  const text = readFileSync(file, 'utf8');
  const [head, rest] = text.split(begin(part));
  const tail = rest?.slice(rest.indexOf(end));
  if (head === undefined || tail === undefined) throw new Error(`${page}: no place for the generated table`);
  const options = await resolveConfig(file);
  update(
    page,
    text,
    await format(`${head}${begin(part)}\n${generated}\n\n${tail}`, { ...options, parser: 'markdown' }),
  );
}
for (const { picture, text } of plots) {
  const file = new URL(picture, root);
  update(picture, existsSync(file) ? readFileSync(file, 'utf8') : '', text);
}
if (process.argv.includes('--check') && outdated.length > 0) {
  console.error(`not up to date: ${outdated.join(', ')}; run npm run docs:tables`);
  process.exitCode = 1;
}
