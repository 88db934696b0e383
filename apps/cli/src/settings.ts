/** The settings of a run: what config.json says, and how flags, files and presets make it. */
import { readFileSync } from 'node:fs';
import { ConfigError } from '@ascent-rl/core/errors';
import { parseConfig } from '@ascent-rl/training';
import { readRun, type RunReader } from '@ascent-rl/training/run';
import { z } from 'zod';
import { findAlgorithm, suggestion, type Algorithm } from './registry.ts';

/** The largest seed of a run: those of its environments and of its evaluations lie above it, below 2⁵³. */
export const largestSeed = 9e15;

/** Everything that a run's results depend on, beside the versions of what runs it. */
export const settingsSchema = z.strictObject({
  algorithm: z.string().describe('name of the algorithm'),
  environment: z.string().describe('id of the environment, or path of its module'),
  backend: z.string().describe('name of the backend'),
  seed: z.int().min(0).max(largestSeed).describe('seed of everything random'),
  preset: z.string().nullable().describe('environment whose tuned hyper-parameters were used; null: none'),
  evaluationEpisodes: z.int().min(1).describe('episodes of an evaluation'),
  evaluateEvery: z.int().min(1).nullable().describe('steps between evaluations; null: only at the end'),
  checkpointEvery: z.int().min(1).describe('steps between checkpoints'),
  hyperparameters: z.record(z.string(), z.unknown()).describe('every hyper-parameter of the algorithm'),
});

/** The settings of a run. */
export type Settings = Readonly<z.output<typeof settingsSchema>>;

/** What a user says about hyper-parameters. */
export interface Choices {
  /** Name of the environment. */
  readonly environment: string;
  /** Environment whose preset to take, `none` for none; by default that of the environment itself, if any. */
  readonly preset?: string | undefined;
  /** Path of a JSON file. */
  readonly config?: string | undefined;
  /** Hyper-parameters given as flags. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/**
 * Hyper-parameters in full: defaults, over which go the preset, the file and the flags, in this order.
 *
 * @throws ConfigError for a value out of range, an unknown name, preset or file.
 */
export function resolveHyperparameters(
  name: string,
  { schema, presets }: Algorithm,
  { environment, preset: wanted, config, flags }: Choices,
): { readonly preset: string | null; readonly hyperparameters: Settings['hyperparameters'] } {
  const preset = wanted ?? (Object.hasOwn(presets, environment) ? environment : 'none');
  if (preset !== 'none' && !Object.hasOwn(presets, preset)) {
    throw new ConfigError(
      `${name} has no preset "${preset}"; ${suggestion(preset, ['none', ...Object.keys(presets)])}`,
    );
  }
  const given = { ...presets[preset], ...(config !== undefined && readConfig(config)), ...flags };
  return {
    preset: preset === 'none' ? null : preset,
    hyperparameters: parseConfig(schema, given, name),
  };
}

function readConfig(path: string): object {
  let values: unknown;
  try {
    values = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`--config ${path}: expected a JSON file: ${(cause as Error).message}`, { cause });
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new ConfigError(
      `--config ${path}: expected an object of hyper-parameters, such as {"learningRate": 0.001}`,
    );
  }
  return values;
}

/**
 * The settings of the run in a folder, and a reader of the rest.
 *
 * @throws ConfigError where there is no run, or one of another version.
 */
export function readSettings(folder: string): { readonly settings: Settings; readonly reader: RunReader } {
  const reader = readRun(folder);
  const settings = parseConfig(settingsSchema, reader.config, `run "${folder}"`);
  findAlgorithm(settings.algorithm);
  return { settings, reader };
}
