/** `ascent evaluate`: the returns of a trained policy. */
import { ConfigError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import { evaluate } from '@ascent-rl/training';
import { createColors } from 'picocolors';
import { formatCount, formatMean, formatNumber, meanAndDeviation } from './format.ts';
import { evaluationSeed, openTrained } from './session.ts';
import { exitCodes, type Surroundings } from './surroundings.ts';
import { keeping } from './train.ts';

/** Options of the command. */
export interface EvaluateOptions {
  readonly episodes: number;
  /** Of the environments and of sampled actions; by default that of the training's own evaluations. */
  readonly seed?: number;
  /** Another backend than the run's. */
  readonly backend?: string;
  /** Samples actions instead of taking the most likely. */
  readonly stochastic?: boolean;
  readonly json?: boolean;
}

/** Evaluates the policy of a run folder. Returns the exit code. */
export async function evaluateRun(
  folder: string,
  { episodes, seed: wanted, backend, stochastic = false, json = false }: EvaluateOptions,
  surroundings: Surroundings,
): Promise<number> {
  if (!(episodes >= 1)) throw new ConfigError(`--episodes: expected a whole number ≥ 1, got ${episodes}`);
  const session = await openTrained(folder, backend);
  return keeping(session, async () => {
    const { settings, learner, environmentName } = session;
    const seed = wanted ?? evaluationSeed(settings.seed);
    const acting = stochastic ? { deterministic: false, random: generator(seed) } : {};
    const environment = session.evaluationEnvironment(episodes);
    const { returns, lengths } = await evaluate(learner.agent, environment, { episodes, seed, ...acting });
    const { mean, deviation } = meanAndDeviation(returns);

    const { stdout, variables } = surroundings;
    if (json) {
      const facts = {
        folder,
        step: learner.step,
        seed,
        stochastic,
        meanReturn: mean,
        returnDeviation: deviation,
      };
      stdout.write(`${JSON.stringify({ ...facts, returns, lengths })}\n`);
      return exitCodes.ok;
    }
    const colors = createColors(stdout.isTTY === true && !variables['NO_COLOR']);
    const manner = stochastic ? 'sampled actions' : 'most likely actions';
    const title = colors.bold(`${settings.algorithm} · ${environmentName}`);
    stdout.write(
      `\n  ${title} · ${formatCount(learner.step)} steps of training · ${manner}\n` +
        `  return ${colors.bold(colors.green(formatMean(returns)))} over ${returns.length} episodes, ` +
        `from ${formatNumber(Math.min(...returns))} to ${formatNumber(Math.max(...returns))}\n`,
    );
    return exitCodes.ok;
  });
}
