/** The module that a user's environments come from, loaded by the program and by each of its workers. */
import { EnvironmentError } from '@ascent-rl/core/errors';
import type { Environment } from '../environment.ts';
import type { EnvironmentFactory } from '../make.ts';
import { timeLimit } from '../time-limit.ts';

/**
 * The function `environment` that a module exports, with a time limit if there is one.
 *
 * @throws EnvironmentError when the module cannot be loaded or exports no such function.
 */
export async function loadFactory(
  module: string,
  maxEpisodeSteps: number | undefined,
): Promise<EnvironmentFactory> {
  let exported: { readonly environment?: EnvironmentFactory };
  try {
    exported = (await import(module)) as typeof exported;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError(`vectorizeInWorkers: ${module} could not be loaded: ${reason}`, { cause });
  }
  const { environment: factory } = exported;
  if (typeof factory !== 'function') {
    throw new EnvironmentError(
      `vectorizeInWorkers: expected ${module} to export a function \`environment\`, got exports ` +
        `${Object.keys(exported).join(', ') || 'none'}`,
    );
  }
  return (index): Environment =>
    maxEpisodeSteps === undefined ? factory(index) : timeLimit(factory(index), maxEpisodeSteps);
}
