/** `ascent train`: a training from its settings to its files. */
import { join } from 'node:path';
import { choicesOf } from '@ascent-rl/core/auto';
import { policyModel, type EvaluationEvent, type Learner } from '@ascent-rl/training';
import { createRun, openRun, recordTraining, type Run } from '@ascent-rl/training/run';
import { meanAndDeviation } from './format.ts';
import type { EnvironmentSource } from './environments.ts';
import { jsonReporter, silentReporter, textReporter, type Reporter } from './reporter.ts';
import { evaluationSeed, openSession, type Execution, type Session } from './session.ts';
import { readSettings, type Settings } from './settings.ts';
import { exitCodes, type Surroundings } from './surroundings.ts';
import { reportError } from './report-error.ts';
import { version } from './version.ts';

/** How a training is shown. */
export interface Presentation {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * Trains in a new folder.
 * Raises AscentError before anything is written when something is wrong with the settings. Returns the exit code.
 */
export async function trainNew(
  settings: Settings,
  source: EnvironmentSource,
  folder: string,
  { threads, dump, ...presentation }: Presentation & Execution,
  surroundings: Surroundings,
): Promise<number> {
  const session = await openSession(settings, { source, threads, dump });
  return keeping(session, async () => {
    const run = createRun(folder, settings);
    try {
      return await follow(session, run, reporterOf(presentation, surroundings), surroundings);
    } finally {
      run.close();
    }
  });
}

/**
 * Continues the run in a folder, on its own backend or another.
 * Raises AscentError when it cannot be. Returns the exit code.
 */
export async function trainOn(
  folder: string,
  { backend, threads, dump, ...presentation }: Presentation & Execution,
  surroundings: Surroundings,
): Promise<number> {
  const { settings } = readSettings(folder);
  const run = openRun(folder);
  try {
    const session = await openSession(settings, {
      snapshot: run.checkpoint(),
      backend,
      threads,
      dump,
    });
    return await keeping(session, () =>
      follow(session, run, reporterOf(presentation, surroundings), surroundings),
    );
  } finally {
    run.close();
  }
}

/** Trains to the end or to an interruption, and writes what a run leaves. From here on a failure is one of running. */
async function follow(
  session: Session,
  run: Run,
  reporter: Reporter,
  surroundings: Surroundings,
): Promise<number> {
  const { settings, learner, environmentName, resumable, backend } = session;
  const { seed, evaluationEpisodes, evaluateEvery, checkpointEvery } = settings;
  try {
    reporter.begin({
      settings,
      environmentName,
      engine: backend.capabilities.engine,
      choices: choicesOf(backend),
      folder: run.path,
      step: learner.step,
      totalSteps: learner.totalSteps,
      resumable,
    });
    const evaluation = {
      environment: session.evaluationEnvironment(evaluationEpisodes),
      episodes: evaluationEpisodes,
      seed: evaluationSeed(seed),
      ...(evaluateEvery !== null && { every: evaluateEvery }),
    };
    const last = await surroundings.interruptible(async (signal) => {
      let evaluated: EvaluationEvent | undefined;
      const options = { checkpointEvery, evaluation, signal, now: surroundings.now };
      for await (const event of recordTraining(learner, run, options)) {
        if (event.type === 'evaluation' && event.step >= learner.totalSteps) evaluated = event;
        reporter.event(event);
      }
      return evaluated;
    });
    if (last === undefined) {
      reporter.interrupted({ folder: run.path, step: learner.step });
      return exitCodes.interrupted;
    }
    await writeResults(session, run, last);
    const files = { policy: join(run.path, 'policy.onnx'), record: join(run.path, 'record.json') };
    reporter.finish({ folder: run.path, evaluation: last, files });
    return exitCodes.ok;
  } catch (error) {
    reporter.close();
    reportError(error, surroundings);
    return exitCodes.failure;
  }
}

async function writeResults(
  { settings, learner, backend }: Session,
  run: Run,
  { returns, lengths }: EvaluationEvent,
): Promise<void> {
  const { algorithm, environment, seed } = settings;
  const { mean, deviation } = meanAndDeviation(returns);
  run.writePolicy(await trainedModel(settings, learner));
  run.writeRecord({
    what: { algorithm, environment, backend: settings.backend },
    seed,
    steps: learner.step,
    versions: { ascent: version, node: process.versions.node, engine: backend.capabilities.engine },
    results: { meanReturn: mean, returnDeviation: deviation, returns, lengths },
  });
}

/** The policy of a training as an ONNX file that says where it comes from. */
export function trainedModel(
  { algorithm, environment, seed }: Settings,
  { agent, step }: Learner,
  options: { readonly requireNoise?: boolean } = {},
): Promise<Uint8Array> {
  const metadata = { algorithm, environment, seed: String(seed), steps: String(step) };
  return policyModel(agent, { metadata, producerVersion: version, ...options });
}

function reporterOf({ json, quiet }: Presentation, surroundings: Surroundings): Reporter {
  if (json) return jsonReporter(surroundings);
  return quiet ? silentReporter : textReporter(surroundings);
}

/** Does some work with a session, which is closed in the end. */
export async function keeping<T>(session: Session, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await session.close();
  }
}
