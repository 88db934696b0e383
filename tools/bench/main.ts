/**
 * `npm run bench`: how fast training steps, acting, environments and whole trainings are, on every backend that is
 * installed, measured in turn in one process. A complete run becomes the stored record, from which
 * `npm run docs:tables` writes the tables of the documentation; one of a part only prints, unless `--out` is given.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { format } from 'prettier';
import { whole } from '../../apps/cli/src/flags.ts';
import { backends } from '../../apps/cli/src/registry.ts';
import { loadContenders, measuredByDefault } from './contenders.ts';
import type { Benchmark } from './programs/benchmark.ts';
import { policies, products, programs } from './programs/index.ts';
import { describeMachine, type BenchmarkRecord } from './record.ts';
import { reportOf } from './report.ts';
import { measureActing } from './sections/acting.ts';
import { measureEnvironments } from './sections/environments.ts';
import { measureProgram } from './sections/programs.ts';
import { measureTraining } from './sections/training.ts';

const stored = fileURLToPath(new URL('../../docs/benchmarks/suite.json', import.meta.url));
const sections = ['matmul', ...programs.map(({ name }) => name), 'acting', 'environments', 'training'];

/** Names separated by commas, of those that are known. */
const oneOf =
  (known: readonly string[]) =>
  (text: string): readonly string[] => {
    const names = text.split(',');
    const unknown = names.find((name) => !known.includes(name));
    if (unknown === undefined) return names;
    throw new InvalidArgumentError(`"${unknown}" is not one of ${known.join(', ')}.`);
  };

interface Flags {
  readonly backend?: readonly string[];
  readonly program?: readonly string[];
  readonly repeats: number;
  readonly quick?: boolean;
  readonly out?: string;
}

const command = new Command('npm run bench --')
  .description('Measures training steps, acting, environments and whole trainings on the installed backends.')
  .option('--backend <names>', `of ${Object.keys(backends).join(', ')}`, oneOf(Object.keys(backends)))
  .option('--program <names>', `of ${sections.join(', ')}`, oneOf(sections))
  .option('--repeats <count>', 'turns each gets; times are medians over them', whole(1), 31)
  .option('--quick', 'few and short turns, and a tenth of the training')
  .option(
    '--out <file>',
    'where to store the record (default: docs/benchmarks/suite.json for a complete run)',
  )
  .parse();
const { backend, program, repeats, quick, out } = command.opts<Flags>();

const effort = quick ? { repeats: Math.min(repeats, 5), turn: 3 } : { repeats, turn: 10 };
const isComplete = backend === undefined && program === undefined && !quick;
const contenders = await loadContenders(backend ?? measuredByDefault, backend !== undefined);

const given = process.argv.slice(2);
const wants = (section: string) => program?.includes(section) ?? true;
const record: BenchmarkRecord = {
  command: ['npm run bench', ...(given.length > 0 ? ['--', ...given] : [])].join(' '),
  ...describeMachine(),
  contenders: contenders.map(({ name, backend: { capabilities } }) => ({
    name,
    threads: capabilities.threads,
    engine: capabilities.engine,
  })),
  products: await inTurn(wants('matmul') ? products : [], (product) =>
    measureProgram(product, contenders, effort),
  ),
  programs: await inTurn(
    programs.filter(({ name }) => wants(name)),
    (step) => measureProgram(step, contenders, effort, products[0]),
  ),
  acting: await inTurn(wants('acting') ? policies : [], (policy) =>
    measureActing(policy, contenders, effort),
  ),
  environments: wants('environments') ? await measureEnvironments(effort) : [],
  training: wants('training') ? [await measureTraining(contenders, quick ? 0.1 : 1)] : [],
};
for (const contender of contenders) await contender.backend.close();

/** One benchmark after the other, each announced. */
async function inTurn<B extends Benchmark, R>(
  benchmarks: readonly B[],
  measure: (benchmark: B) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (const benchmark of benchmarks) {
    process.stderr.write(`${benchmark.description} …\n`);
    results.push(await measure(benchmark));
  }
  return results;
}

console.log(reportOf(record));
const file = out ?? (isComplete ? stored : undefined);
if (file !== undefined) {
  writeFileSync(file, await format(JSON.stringify(record), { parser: 'json', printWidth: 110 }));
  console.log(`\nstored in ${file}; npm run docs:tables writes the tables`);
}
