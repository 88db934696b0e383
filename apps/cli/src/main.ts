/** The `ascent` command: its arguments, and from errors to exit codes. */
import { Command, CommanderError } from 'commander';
import { AscentError } from '@ascent-rl/core/errors';
import { listBackends } from './backends.ts';
import { evaluateRun, type EvaluateOptions } from './evaluate.ts';
import { exportRun, type ExportOptions } from './export.ts';
import { whole } from './flags.ts';
import { list } from './list.ts';
import { addPlay } from './play-command.ts';
import { backendNames } from './registry.ts';
import { reportError } from './report-error.ts';
import { largestSeed } from './settings.ts';
import { exitCodes, processSurroundings, type Surroundings } from './surroundings.ts';
import { addTrain } from './train-command.ts';
import { version } from './version.ts';

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
    .description('Trains, evaluates, plays and exports policies.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void surroundings.stdout.write(text),
      writeErr: (text) => void surroundings.stderr.write(text),
      getOutHelpWidth: () => surroundings.stdout.columns ?? 100,
    })
    .addHelpText('afterAll', epilogue);

  addTrain(program, surroundings, end);
  program
    .command('evaluate')
    .description("plays episodes with a run's policy")
    .argument('<run>', 'folder of the run')
    .option('--episodes <count>', 'episodes to play', whole(1), 100)
    .option(
      '--seed <number>',
      "seed of the episodes (default: as in the run's own evaluation)",
      whole(0, largestSeed),
    )
    .option('--backend <name>', `where it runs: ${backendNames.join(', ')} (default: as in training)`)
    .option('--stochastic', 'sample actions instead of taking the most likely')
    .option('--json', 'write one JSON object')
    .action(async (run: string, options: EvaluateOptions) =>
      end(await evaluateRun(run, options, surroundings)),
    );
  addPlay(program, surroundings, end);
  program
    .command('export')
    .description("writes a run's policy as an ONNX file")
    .argument('<run>', 'folder of the run')
    .option('--out <file>', 'where to (default: policy.onnx in the folder of the run)')
    .option('--backend <name>', 'where the policy is read (default: as in training)')
    .option('--require-noise', 'make callers feed `noise`, which JavaScript needs to sample actions')
    .action(async (run: string, options: ExportOptions) => end(await exportRun(run, options, surroundings)));
  program
    .command('list')
    .description('lists algorithms, environments and backends, and what is installed')
    .option('--json', 'write one JSON object')
    .action(async (options: { readonly json?: boolean }) => end(await list(options, surroundings)));
  program
    .command('backends')
    .description('lists every backend and engine: installed or how to install it, version, capabilities')
    .option('--json', 'write one JSON object')
    .action(async (options: { readonly json?: boolean }) => end(await listBackends(options, surroundings)));
  return program;
}
