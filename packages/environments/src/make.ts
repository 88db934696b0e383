/** Making environments by id, or by a factory wherever an id is accepted. */
import { dynamicsEnvironment, type Dynamics } from './dynamics.ts';
import type { Environment } from './environment.ts';
import type { EnvironmentOptions } from './options.ts';
import { builtinEnvironments, type Registry } from './registry.ts';
import type { Space } from './spaces/types.ts';
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
 * @throws EnvironmentError for an unknown id, naming the nearest; ConfigError for a bad option.
 */
export function makeEnvironment(source: string | EnvironmentFactory, options: MakeOptions = {}): Environment {
  const recipe = resolve(source, options);
  return strictEnvironment(single(recipe, 0), recipe.id);
}

/**
 * Copies of an environment that step together: in place for those of this package, one by one for others.
 *
 * @throws EnvironmentError for an unknown id, naming the nearest; ConfigError for a bad option.
 */
export function makeVectorEnvironment(
  source: string | EnvironmentFactory,
  { count, ...options }: MakeVectorOptions,
): VectorEnvironment {
  const recipe = resolve(source, options);
  return recipe.kind === 'dynamics'
    ? vectorDynamics(recipe.id, recipe.dynamics(), count, recipe.limit)
    : vectorize((index) => single(recipe, index), count, recipe.id);
}

/** What to make: from dynamics, or by a factory. A user's factory may leave the name to its environments. */
type Recipe = { readonly limit: number } & (
  | { readonly kind: 'dynamics'; readonly id: string; readonly dynamics: () => Dynamics<Space> }
  | { readonly kind: 'factory'; readonly id: string | undefined; readonly factory: EnvironmentFactory }
);

function resolve(
  source: string | EnvironmentFactory,
  { maxEpisodeSteps, options = {}, registry = builtinEnvironments }: MakeOptions,
): Recipe {
  if (maxEpisodeSteps !== undefined) expectStepLimit(maxEpisodeSteps);
  if (typeof source !== 'string') {
    return { kind: 'factory', id: undefined, factory: source, limit: maxEpisodeSteps ?? Infinity };
  }
  const registration = registry.find(source);
  const limit = maxEpisodeSteps ?? registration.maxEpisodeSteps ?? Infinity;
  return 'dynamics' in registration
    ? { kind: 'dynamics', id: source, dynamics: () => registration.dynamics(options), limit }
    : { kind: 'factory', id: source, factory: () => registration.environment(options), limit };
}

function single(recipe: Recipe, index: number): Environment {
  const environment =
    recipe.kind === 'dynamics' ? dynamicsEnvironment(recipe.id, recipe.dynamics()) : recipe.factory(index);
  return recipe.limit === Infinity ? environment : timeLimit(environment, recipe.limit);
}
