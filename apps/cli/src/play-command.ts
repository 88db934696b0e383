/** `ascent play`: a policy at work, in the terminal or as pictures and films. */
import type { Command } from 'commander';
import { ConfigError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import type { Frame } from '@ascent-rl/environments';
import { camera, gif, mp4, png, terminalPicture, type Film } from '@ascent-rl/recording';
import { environmentSource, type EnvironmentSource } from './environments.ts';
import { whole } from './flags.ts';
import { formatNumber } from './format.ts';
import { expectWritable, writeOutput } from './output-file.ts';
import { play, randomActor, type Actor, type Game, type Moment } from './play.ts';
import { backendNames } from './registry.ts';
import { isDrawable, onScreen, terminalColors } from './screen.ts';
import { evaluationSeed, openTrained } from './session.ts';
import { largestSeed, readSettings } from './settings.ts';
import { exitCodes, type Surroundings } from './surroundings.ts';
import { keeping } from './train.ts';

/** Options of the command. */
interface PlayOptions {
  readonly environment?: string;
  readonly random?: boolean;
  readonly episodes: number;
  readonly steps?: number;
  readonly seed?: number;
  readonly backend?: string;
  readonly stochastic?: boolean;
  readonly gif?: string;
  readonly mp4?: string;
  readonly png?: string;
}

/** Adds `play` to a program; `end` takes the exit code. */
export function addPlay(program: Command, surroundings: Surroundings, end: (code: number) => void): void {
  program
    .command('play')
    .summary("shows a run's policy at work")
    .description(
      "Shows a run's policy at work: in the terminal, or in the files asked for.\n" +
        'Without a run, `--environment CartPole-v1 --random` shows an environment.',
    )
    .argument('[run]', 'folder of the run')
    .option('--environment <id>', 'environment to play in without a run')
    .option('--random', 'act at random')
    .option('--gif <file>', 'write a GIF')
    .option('--mp4 <file>', 'write an MP4')
    .option('--png <file>', 'write the last picture as a PNG')
    .option('--episodes <count>', 'episodes to play', whole(1), 1)
    .option('--steps <count>', 'steps to play at most (default: to the end of the episodes)', whole(1))
    .option(
      '--seed <number>',
      "seed of the episodes (default: as in the run's evaluation, or 0)",
      whole(0, largestSeed),
    )
    .option('--backend <name>', `where the policy runs: ${backendNames.join(', ')} (default: as in training)`)
    .option('--stochastic', 'sample actions instead of taking the most likely')
    .action(async (run: string | undefined, options: PlayOptions) =>
      end(await playRun(run, options, surroundings)),
    );
}

async function playRun(
  folder: string | undefined,
  options: PlayOptions,
  surroundings: Surroundings,
): Promise<number> {
  for (const file of [options.gif, options.mp4, options.png])
    if (file !== undefined) expectWritable('play', file);
  if (folder !== undefined && options.environment !== undefined) {
    throw new ConfigError('play: a run has its own environment; leave out --environment or the run');
  }
  if (options.random || folder === undefined) {
    const source = await environmentSource(referenceOf(folder, options));
    return show(source, randomActor, options.seed ?? 0, options, surroundings);
  }
  const session = await openTrained(folder, options.backend);
  return keeping(session, () => {
    const { agent } = session.learner;
    const seed = options.seed ?? evaluationSeed(session.settings.seed);
    const acting = options.stochastic ? { deterministic: false, random: generator(seed) } : {};
    const actor: Actor = (observation, moment) => agent.act(observation, { ...acting, ...moment });
    return show(session.source, () => actor, seed, options, surroundings);
  });
}

/** The environment of a random play. */
function referenceOf(folder: string | undefined, { environment, random = false }: PlayOptions): string {
  if (folder !== undefined) return readSettings(folder).settings.environment;
  if (environment !== undefined && random) return environment;
  throw new ConfigError(
    'play: expected the folder of a run, or an environment to play at random, as in ' +
      '`ascent play --environment CartPole-v1 --random`',
  );
}

async function show(
  source: EnvironmentSource,
  actorOf: (environment: Game['environment'], seed: number) => Actor,
  seed: number,
  options: PlayOptions,
  surroundings: Surroundings,
): Promise<number> {
  const environment = source.single();
  try {
    const game: Game = {
      environment,
      camera: await camera(environment, { painter: source.painter }),
      actor: actorOf(environment, seed),
      episodes: options.episodes,
      steps: options.steps ?? Infinity,
      seed,
    };
    return await surroundings.interruptible(async (signal) => {
      if (options.gif ?? options.mp4 ?? options.png) await record(game, options, signal, surroundings);
      else if (isDrawable(surroundings)) await draw(source.name, game, signal, surroundings);
      else for await (const moment of play(game, signal)) report(moment, surroundings);
      return signal.aborted ? exitCodes.interrupted : exitCodes.ok;
    });
  } finally {
    environment.close?.();
  }
}

/** Writes the files that were asked for. An interrupted play is written up to there. */
async function record(
  game: Game,
  options: PlayOptions,
  signal: AbortSignal,
  surroundings: Surroundings,
): Promise<void> {
  const films: (readonly [string, Film])[] = [];
  if (options.gif !== undefined) films.push([options.gif, gif(game.camera)]);
  if (options.mp4 !== undefined) films.push([options.mp4, await mp4(game.camera)]);
  let frame: Frame | undefined;
  for await (const moment of play(game, signal)) {
    frame = moment.shoot();
    for (const [, film] of films) film.add(frame);
    report(moment, surroundings);
  }
  const files = films.map(([path, film]) => [path, film.finish()] as const);
  if (options.png !== undefined) files.push([options.png, await png(frame!)]);
  for (const [path, data] of files) {
    writeOutput('play', path, data);
    surroundings.stdout.write(`${path}\n`);
  }
}

/** Draws in the terminal, at the environment's own speed; what came of it is told when the screen is closed. */
async function draw(
  name: string,
  game: Game,
  signal: AbortSignal,
  surroundings: Surroundings,
): Promise<void> {
  const { stdout, variables, now, wait } = surroundings;
  const colors = terminalColors(variables);
  const ends: Moment[] = [];
  await onScreen(stdout, async (screen) => {
    let due = now();
    for await (const moment of play(game, signal)) {
      const { columns, rows } = screen;
      const facts = `${name} · episode ${moment.episode} · step ${moment.step} · return ${formatNumber(moment.return)}`;
      const picture = terminalPicture(moment.shoot(), { columns, rows: Math.max(1, rows - 1), colors });
      screen.draw([...picture, facts.slice(0, columns - 1)]);
      if (moment.isLast) ends.push(moment);
      due = Math.max(now(), due + 1000 / game.camera.framesPerSecond);
      await wait(due - now(), signal);
    }
  });
  for (const moment of ends) report(moment, surroundings);
}

/** Tells of an episode whose last moment it is. */
function report(moment: Moment, { stdout }: Surroundings): void {
  if (!moment.isLast) return;
  const end = moment.isOver ? '' : ', not over';
  stdout.write(
    `episode ${moment.episode}: return ${formatNumber(moment.return)} in ${moment.step} steps${end}\n`,
  );
}
