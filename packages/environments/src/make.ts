/** Making environments by id, or by a factory wherever an id is accepted. */
import { dynamicsEnvironment } from './dynamics.ts';
import type { Environment } from './environment.ts';
import type { EnvironmentOptions } from './options.ts';
import { builtinEnvironments, type Registration, type Registry } from './registry.ts';
import { strictEnvironment } from './strict.ts';
import { expectStepLimit, timeLimit } from './time-limit.ts';
import { vectorDynamics } from './vector/vector-dynamics.ts';
import type { VectorEnvironment } from './vector/vector-environment.ts';
import { vectorize } from './vector/vectorize.ts';

/** Makes an environment; `index` counts them in a vector. */
export type EnvironmentFactory = (index: number) => Environment;

/** Options of {@link makeEnvironment}. */
export interface MakeOptions {
  /** Steps after which an episode is truncated, instead of the registered number; Infinity for no limit. */
  readonly maxEpisodeSteps?: number;
  /** Options of the environment itself. */
  readonly options?: EnvironmentOptions;
  /** Where ids are looked up; default {@link builtinEnvironments}. */
  readonly registry?: Registry;
}

/** Options of {@link makeVectorEnvironment}. */
export interface MakeVectorOptions extends MakeOptions {
  /** How many copies step together, at least 1. */
  readonly count: number;
}

/**
 * One environment that checks its use, with its time limit.
 *
 * @throws {@link EnvironmentError} for an unknown id, naming the nearest; ConfigError for a bad option.
 */
export function makeEnvironment(source: string | EnvironmentFactory, options: MakeOptions = {}): Environment {
  return strictEnvironment(single(resolve(source, options), 0));
}

/**
 * Copies of an environment that step together: in place for those of this package, one by one for others.
 *
 * @throws {@link EnvironmentError} for an unknown id, naming the nearest; ConfigError for a bad option.
 */
export function makeVectorEnvironment(
  source: string | EnvironmentFactory,
  { count, ...options }: MakeVectorOptions,
): VectorEnvironment {
  const recipe = resolve(source, options);
  if (recipe.kind === 'dynamics') {
    return vectorDynamics(
      recipe.registration.id,
      recipe.registration.dynamics(recipe.options),
      count,
      recipe.limit,
    );
  }
  return vectorize((index) => single(recipe, index), count);
}

type DynamicsRegistration = Extract<Registration, { dynamics: unknown }>;

/** What to make: from dynamics, or by a factory. */
type Recipe = { readonly limit: number } & (
  | {
      readonly kind: 'dynamics';
      readonly registration: DynamicsRegistration;
      readonly options: EnvironmentOptions;
    }
  | { readonly kind: 'factory'; readonly factory: EnvironmentFactory }
);

function resolve(
  source: string | EnvironmentFactory,
  { maxEpisodeSteps, options = {}, registry = builtinEnvironments }: MakeOptions,
): Recipe {
  if (maxEpisodeSteps !== undefined) expectStepLimit(maxEpisodeSteps);
  if (typeof source !== 'string')
    return { kind: 'factory', factory: source, limit: maxEpisodeSteps ?? Infinity };
  const registration = registry.find(source);
  const limit = maxEpisodeSteps ?? registration.maxEpisodeSteps ?? Infinity;
  if ('dynamics' in registration) return { kind: 'dynamics', registration, options, limit };
  return { kind: 'factory', factory: () => ({ id: source, ...registration.environment(options) }), limit };
}

function single(recipe: Recipe, index: number): Environment {
  const environment =
    recipe.kind === 'dynamics'
      ? dynamicsEnvironment(recipe.registration.id, recipe.registration.dynamics(recipe.options))
      : recipe.factory(index);
  return recipe.limit === Infinity ? environment : timeLimit(environment, recipe.limit);
}
