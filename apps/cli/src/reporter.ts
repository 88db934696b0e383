/**
 * What a training tells its user: a live line on a terminal, a plain line now and then elsewhere, one JSON object a
 * line for programs, or nothing.
 */
import { createLogUpdate } from 'log-update';
import { createColors } from 'picocolors';
import type { Choice } from '@ascent-rl/core/auto';
import type { EvaluationEvent, IterationEvent, TrainingEvent } from '@ascent-rl/training';
import { formatCount, formatDuration, formatMean, formatNumber, progressBar, shellWord } from './format.ts';
import { choiceTable } from './choices.ts';
import type { Settings } from './settings.ts';
import type { Surroundings } from './surroundings.ts';

/** How a training begins. */
export interface Beginning {
  readonly settings: Settings;
  readonly environmentName: string;
  /** Engine of the backend. */
  readonly engine: string;
  /** Where each program runs, if the backend chose. */
  readonly choices: readonly Choice[];
  readonly folder: string;
  /** Steps done before; above 0 for a resumed run. */
  readonly step: number;
  readonly totalSteps: number;
  /** False where a resumed run cannot go on exactly as it would have. */
  readonly resumable: boolean;
}

/** How a training ends well. */
export interface Ending {
  readonly folder: string;
  readonly evaluation: EvaluationEvent;
  /** Paths of the files it left, by what they are. */
  readonly files: Readonly<Record<string, string>>;
}

/** Listens to a training. */
export interface Reporter {
  begin(beginning: Beginning): void;
  event(event: TrainingEvent): void;
  finish(ending: Ending): void;
  interrupted(stop: { readonly folder: string; readonly step: number }): void;
  /** Leaves the terminal in order, whatever happened. */
  close(): void;
}

/** A reporter that says nothing. */
export const silentReporter: Reporter = {
  begin() {},
  event() {},
  finish() {},
  interrupted() {},
  close() {},
};

/** One JSON object a line on stdout; numbers that are not finite are null. */
export function jsonReporter({ stdout }: Surroundings): Reporter {
  const line = (value: object): void => void stdout.write(`${JSON.stringify(value)}\n`);
  return {
    begin({ settings, ...rest }) {
      line({ type: 'start', ...rest, ...settings });
    },
    event: line,
    finish({ evaluation, ...rest }) {
      line({ type: 'finish', step: evaluation.step, ...rest, metrics: evaluation.metrics });
    },
    interrupted({ folder, step }) {
      line({ type: 'interrupt', step, folder, resume: resumeCommand(folder) });
    },
    close() {},
  };
}

/** Milliseconds between two updates: of the live line, and of plain lines. */
const period = { live: 80, plain: 5000 } as const;

/** Text for people; a live line only where it can be drawn over. */
export function textReporter({ stdout, variables, now }: Surroundings): Reporter {
  const isLive = stdout.isTTY === true;
  const colors = createColors(isLive && !variables['NO_COLOR']);
  const live = isLive
    ? createLogUpdate(stdout as NodeJS.WriteStream, { showCursor: true, defaultWidth: 80 })
    : undefined;
  const line = (text = ''): void => void stdout.write(`${text}\n`);
  let start = { time: now(), step: 0, totalSteps: 1 };
  let shown = -Infinity;

  /** Share, steps, speed, return and time left of a training. */
  const progress = ({ step, metrics }: IterationEvent): string => {
    const { totalSteps } = start;
    const share = Math.min(1, step / totalSteps);
    const seconds = (now() - start.time) / 1000;
    const speed = (step - start.step) / seconds;
    const facts = [
      `${Math.floor(share * 100)}%`.padStart(4),
      `${formatCount(step)} / ${formatCount(totalSteps)} steps`,
      `${formatCount(speed)} steps/s`,
      `return ${formatNumber(metrics['rollout/ep_rew_mean'])}`,
      step < totalSteps
        ? `${formatDuration((totalSteps - step) / speed)} left`
        : `in ${formatDuration(seconds)}`,
    ];
    if (!isLive) return `  ${facts.join(' · ')}`;
    const plain = (text: string): string => text;
    const styles = [plain, plain, colors.dim, colors.bold, colors.dim];
    const parts = facts.map((text, i) => ({ text, styled: styles[i]!(text) }));
    const room = (): number => (stdout.columns ?? 80) - 6 - parts.map(({ text }) => text).join('   ').length;
    for (const expendable of [2, 1]) if (room() < 0) parts.splice(expendable, 1);
    const bar = progressBar(share, Math.max(0, Math.min(24, room())));
    const text = parts.map(({ styled }) => styled).join('   ');
    return `  ${colors.cyan(bar.done)}${colors.dim(bar.left)} ${text}`;
  };

  const label = (name: string): string => colors.dim(name.padEnd(12));
  return {
    begin({ settings, environmentName, engine, choices, folder, step, totalSteps, resumable }) {
      start = { time: now(), step, totalSteps };
      line();
      line(`  ${colors.bold(`${settings.algorithm} · ${environmentName}`)} · seed ${settings.seed}`);
      line(`  ${label('backend')}${settings.backend} ${colors.dim(`(${engine})`)}`);
      for (const row of choiceTable(choices)) line(`  ${label('')}${row}`);
      line(`  ${label('preset')}${settings.preset ?? 'none'}`);
      line(`  ${label('folder')}${folder}`);
      if (step > 0) line(`  ${label('resumed at')}${formatCount(step)} steps`);
      if (step > 0 && !resumable) {
        line('  The environment keeps no state, so its episodes start anew: the rest of the run may differ.');
      }
      line();
    },
    event(event) {
      if (event.type !== 'iteration') return;
      const time = now();
      const isLast = event.step >= start.totalSteps;
      if (!isLast && time - shown < (isLive ? period.live : period.plain)) return;
      shown = time;
      if (live) live(progress(event));
      else line(progress(event));
    },
    finish({ folder, evaluation: { returns }, files }) {
      live?.done();
      line();
      line(
        `  ${label('evaluation')}${colors.bold(colors.green(formatMean(returns)))} over ${returns.length} episodes`,
      );
      for (const [name, path] of Object.entries(files)) line(`  ${label(name)}${path}`);
      line();
      line(colors.dim(`  Evaluate it again: npx ascent evaluate ${shellWord(folder)}`));
    },
    interrupted({ folder, step }) {
      live?.done();
      line();
      line(`  Stopped after ${formatCount(step)} steps; the checkpoint is kept. Continue with`);
      line(`  ${colors.bold(resumeCommand(folder))}`);
    },
    close() {
      live?.done();
    },
  };
}

/** The command that continues a run. */
export function resumeCommand(folder: string): string {
  return `npx ascent train --resume ${shellWord(folder)}`;
}
