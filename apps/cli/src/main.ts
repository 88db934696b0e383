/** The `ascent` command: its arguments, and from errors to exit codes. */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { AscentError, ConfigError } from '@ascent-rl/core/errors';
import { environmentSource } from './environments.ts';
import { evaluateRun, type EvaluateOptions } from './evaluate.ts';
import { exportRun, type ExportOptions } from './export.ts';
import { flagOf, givenHyperparameters, hyperparameterOptions, parseNumber } from './flags.ts';
import { list } from './list.ts';
import { algorithms, backends, defaultBackend, findAlgorithm, type Algorithm } from './registry.ts';
import { reportError } from './report-error.ts';
import { resolveHyperparameters, readSettings } from './settings.ts';
import { exitCodes, processSurroundings, type Surroundings } from './surroundings.ts';
import { trainNew, trainOn, version } from './train.ts';

/** Runs the command line; resolves with the exit code. */
export async function main(
  parameters: readonly string[],
  surroundings: Surroundings = processSurroundings(),
): Promise<number> {
  let code: number = exitCodes.ok;
  const program = commandLine(surroundings, (result) => (code = result));
  try {
    await program.parseAsync(parameters, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    reportError(error, surroundings);
    return error instanceof AscentError ? exitCodes.usage : exitCodes.failure;
  }
}

const epilogue = `
Exit codes: 0 done · 1 failed while running · 2 refused: bad flag, value, file or environment · 130 interrupted
ASCENT_DEBUG=1 adds stacks to errors; NO_COLOR=1 takes colors away.`;

/** The whole command line; each command ends with its exit code. */
function commandLine(surroundings: Surroundings, end: (code: number) => void): Command {
  const program = new Command('ascent')
    .description('Trains, evaluates and exports policies.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void surroundings.stdout.write(text),
      writeErr: (text) => void surroundings.stderr.write(text),
      getOutHelpWidth: () => surroundings.stdout.columns ?? 100,
    })
    .addHelpText('after', epilogue);

  addTrain(program, surroundings, end);
  program
    .command('evaluate')
    .description("plays episodes with a run's policy")
    .argument('<run>', 'folder of the run')
    .option('--episodes <count>', 'episodes to play', whole(1), 100)
    .option('--seed <number>', "seed of the episodes (default: as in the run's own evaluation)", whole(0))
    .addOption(
      new Option('--backend <name>', 'where it runs (default: as in training)').choices(
        Object.keys(backends),
      ),
    )
    .option('--stochastic', 'sample actions instead of taking the most likely')
    .option('--json', 'write one JSON object')
    .action(async (run: string, options: EvaluateOptions) =>
      end(await evaluateRun(run, options, surroundings)),
    );
  program
    .command('export')
    .description("writes a run's policy as an ONNX file")
    .argument('<run>', 'folder of the run')
    .option('--out <file>', 'where to (default: policy.onnx in the folder of the run)')
    .option('--require-noise', 'make callers feed `noise`, which JavaScript needs to sample actions')
    .action(async (run: string, options: ExportOptions) => end(await exportRun(run, options, surroundings)));
  program
    .command('list')
    .description('lists algorithms, environments and backends, and what is installed')
    .option('--json', 'write one JSON object')
    .action(async (options: { readonly json?: boolean }) => end(await list(options, surroundings)));
  return program;
}

/** Options of every training. */
interface TrainOptions {
  readonly seed: number;
  readonly preset?: string;
  readonly config?: string;
  readonly backend: string;
  readonly out?: string;
  readonly resume?: string;
  readonly evaluationEpisodes: number;
  readonly evaluateEvery?: number;
  readonly checkpointEvery: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Options that go with `--resume`; all others belong to the run and cannot be changed. */
const resumable = new Set(['resume', 'json', 'quiet']);

function addTrain(program: Command, surroundings: Surroundings, end: (code: number) => void): void {
  const train = program
    .command('train')
    .summary('trains a policy')
    .description('Trains a policy. `ascent train ppo --help` shows every hyper-parameter of ppo.')
    .usage('<algorithm> <environment> [options]')
    .commandsGroup('Algorithms:')
    .argument('[algorithm]')
    .argument('[environment...]')
    .helpCommand(false)
    // Flags depend on the algorithm; a wrong name should be told before them.
    .allowUnknownOption();
  addPresentation(train.option('--resume <folder>', 'continue the run in this folder')).action(
    async (algorithm: string | undefined, _: string[], options: TrainOptions, command: Command) => {
      if (algorithm !== undefined) findAlgorithm(algorithm);
      if (options.resume === undefined) {
        throw new ConfigError(
          'train: expected an algorithm and an environment, as in `ascent train ppo CartPole-v1`',
        );
      }
      if (command.args.length > 0) throw cannotChange(command.args[0]!);
      end(await trainOn(options.resume, options, surroundings));
    },
  );
  for (const [name, algorithm] of Object.entries(algorithms)) {
    addAlgorithm(train, name, algorithm, surroundings, end);
  }
}

function addAlgorithm(
  train: Command,
  name: string,
  algorithm: Algorithm,
  surroundings: Surroundings,
  end: (code: number) => void,
): void {
  const command = train
    .command(name)
    .description(algorithm.description)
    .addArgument(
      new Argument(
        '[environment]',
        'id such as CartPole-v1, or the file of a module that exports `environment`',
      ),
    )
    .option('--seed <number>', 'seed of everything random', whole(0), 0)
    .option(
      '--preset <environment>',
      `tuned hyper-parameters: ${Object.keys(algorithm.presets).join(', ')} or none (default: those of the environment)`,
    )
    .option('--config <file>', 'JSON file of hyper-parameters, over the preset and under the flags')
    .addOption(
      new Option('--backend <name>', 'where it runs').choices(Object.keys(backends)).default(defaultBackend),
    )
    .option('--out <folder>', `folder of the run (default: runs/${name}-<environment>-<seed>)`)
    .option('--resume <folder>', 'continue the run in this folder')
    .option('--evaluation-episodes <count>', 'episodes of an evaluation', whole(1), 100)
    .option('--evaluate-every <steps>', 'steps between evaluations (default: one at the end)', whole(1))
    .option('--checkpoint-every <steps>', 'steps between checkpoints', whole(1), 10_000);
  addPresentation(command);
  for (const option of hyperparameterOptions(algorithm.schema)) command.addOption(option);
  command.addHelpText('after', epilogue);

  command.action(async (environment: string | undefined, options: TrainOptions & Record<string, unknown>) => {
    if (options.resume !== undefined) {
      checkResume(command, name, environment, options.resume);
      end(await trainOn(options.resume, options, surroundings));
      return;
    }
    if (environment === undefined) {
      throw new ConfigError(
        `train ${name}: expected an environment, as in \`ascent train ${name} CartPole-v1\``,
      );
    }
    const source = await environmentSource(environment);
    const { seed, backend, evaluationEpisodes, evaluateEvery = null, checkpointEvery } = options;
    const resolved = resolveHyperparameters(name, algorithm, {
      environment: source.name,
      preset: options.preset,
      config: options.config,
      flags: givenHyperparameters(algorithm.schema, options),
    });
    const settings = {
      algorithm: name,
      environment: source.reference,
      backend,
      seed,
      evaluationEpisodes,
      evaluateEvery,
      checkpointEvery,
      ...resolved,
    };
    const folder = options.out ?? `runs/${name}-${source.name}-${seed}`;
    end(await trainNew(settings, source, folder, options, surroundings));
  });
}

function addPresentation(command: Command): Command {
  return command
    .addOption(new Option('--json', 'write one JSON object a line, and nothing else').conflicts('quiet'))
    .option('--quiet', 'write nothing but errors');
}

/** Refuses what would make a resumed run another one. */
function checkResume(command: Command, name: string, environment: string | undefined, folder: string): void {
  const { settings } = readSettings(folder);
  const given = command.options
    .map((option) => option.attributeName())
    .find((option) => command.getOptionValueSource(option) === 'cli' && !resumable.has(option));
  if (given !== undefined) throw cannotChange(flagOf(given));
  if (settings.algorithm !== name) throw cannotChange(name);
  if (environment !== undefined && settings.environment !== environment) throw cannotChange(environment);
}

function cannotChange(word: string): ConfigError {
  return new ConfigError(
    `train --resume: a run goes on with its own settings, so ${word} cannot be given; leave it out, or start ` +
      'another run in another folder (--out)',
  );
}

/** A parser of whole numbers from `least` up. */
function whole(least: number): (text: string) => number {
  return (text) => {
    const number = parseNumber(text);
    if (!Number.isSafeInteger(number) || number < least) {
      throw new InvalidArgumentError(`Expected a whole number ≥ ${least}.`);
    }
    return number;
  };
}
