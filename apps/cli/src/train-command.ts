/** The arguments of `ascent train`: one command an algorithm, with a flag for each of its hyper-parameters. */
import { Argument, Option, type Command } from 'commander';
import { ConfigError } from '@ascent-rl/core/errors';
import { environmentSource, type EnvironmentSource } from './environments.ts';
import { flagOf, givenHyperparameters, hyperparameterOptions, whole } from './flags.ts';
import { algorithms, backendNames, defaultBackend, findAlgorithm, type Algorithm } from './registry.ts';
import { largestSeed, readSettings, resolveHyperparameters, type Settings } from './settings.ts';
import type { Surroundings } from './surroundings.ts';
import { trainNew, trainOn } from './train.ts';

/** Options of every training. */
interface TrainOptions {
  readonly seed: number;
  readonly preset?: string;
  readonly config?: string;
  readonly backend?: string;
  readonly threads?: number;
  readonly dump?: string;
  readonly out?: string;
  readonly resume?: string;
  readonly evaluationEpisodes: number;
  readonly evaluateEvery?: number;
  readonly checkpointEvery: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Options that go with `--resume`; all others belong to the run and cannot be changed. */
const resumable = new Set(['resume', 'backend', 'threads', 'dump', 'json', 'quiet']);

/** Adds `train` to a program; `end` takes the exit code. */
export function addTrain(program: Command, surroundings: Surroundings, end: (code: number) => void): void {
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
  train
    .option('--resume <folder>', 'continue the run in this folder')
    .option('--backend <name>', 'continue it on another backend');
  addExecution(train).action(
    async (algorithm: string | undefined, _: string[], options: TrainOptions, command: Command) => {
      if (algorithm?.startsWith('-') === false) findAlgorithm(algorithm);
      if (options.resume === undefined) {
        throw new ConfigError(
          `train: expected an algorithm first, as in \`ascent train ppo CartPole-v1\`, or --resume and a folder; got ` +
            (algorithm === undefined ? 'nothing' : `"${algorithm}"`),
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
        'id such as CartPole-v1, python:<id> for one of Gymnasium, or the file of a module that exports `environment`',
      ),
    )
    .option('--seed <number>', 'seed of everything random', whole(0, largestSeed), 0)
    .option(
      '--preset <environment>',
      `tuned hyper-parameters: ${Object.keys(algorithm.presets).join(', ')} or none (default: those of the environment)`,
    )
    .option('--config <file>', 'JSON file of hyper-parameters, over the preset and under the flags')
    .option('--backend <name>', `where it runs: ${backendNames.join(', ')} (default: ${defaultBackend})`)
    .option('--out <folder>', `folder of the run (default: runs/${name}-<environment>-<seed>)`)
    .option('--resume <folder>', 'continue the run in this folder')
    .option('--evaluation-episodes <count>', 'episodes of an evaluation', whole(1), 100)
    .option('--evaluate-every <steps>', 'steps between evaluations (default: one at the end)', whole(1))
    .option('--checkpoint-every <steps>', 'steps between checkpoints', whole(1), 10_000);
  addExecution(command);
  for (const option of hyperparameterOptions(algorithm.schema)) command.addOption(option);

  command.action(async (environment: string | undefined) => {
    // Flags of `train` itself may stand before the algorithm.
    const options = command.optsWithGlobals<TrainOptions & Readonly<Record<string, unknown>>>();
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
    const settings = settingsOf(name, algorithm, source, options);
    const folder = options.out ?? `runs/${name}-${source.name}-${settings.seed}`;
    end(await trainNew(settings, source, folder, options, surroundings));
  });
}

function settingsOf(
  name: string,
  algorithm: Algorithm,
  source: EnvironmentSource,
  options: TrainOptions & Readonly<Record<string, unknown>>,
): Settings {
  const {
    seed,
    backend = defaultBackend,
    evaluationEpisodes,
    evaluateEvery = null,
    checkpointEvery,
  } = options;
  return {
    algorithm: name,
    environment: source.reference,
    backend,
    seed,
    evaluationEpisodes,
    evaluateEvery,
    checkpointEvery,
    ...resolveHyperparameters(name, algorithm, {
      environment: source.name,
      preset: options.preset,
      config: options.config,
      flags: givenHyperparameters(algorithm.schema, options),
    }),
  };
}

/** What changes no result: how a training runs and how it is shown. */
function addExecution(command: Command): Command {
  return command
    .option('--threads <count>', 'threads that a program large enough may use (default: 1)', whole(1))
    .option('--dump <folder>', 'write the compiled programs there, as traced and as code')
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
