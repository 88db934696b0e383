/** Strictness: an environment, or whoever acts in it, that breaks the contract is told so at once, by name and step. */
import { EnvironmentError } from '@ascent-rl/core/errors';
import { wrappedMethods, type Environment, type StepResult } from './environment.ts';
import { box } from './spaces/box.ts';
import { describe } from './spaces/rules.ts';
import { violation } from './spaces/space.ts';
import type { Space } from './spaces/types.ts';

/** Where an environment stands in its episode; null before the first reset. */
type Progress = { readonly step: number; readonly ended: boolean } | null;

/**
 * The same environment, raising EnvironmentError for a step before the reset or after the end, an action or
 * observation outside its space, a reward that is not finite, flags that are not booleans.
 *
 * A Box action may leave its limits (clipping is the algorithm's business, as in Gymnasium), but it must be finite
 * and of the right length.
 */
export function strictEnvironment<Observation, Action>(
  environment: Environment<Observation, Action>,
  id: string = environment.id ?? 'environment',
): Environment<Observation, Action> {
  const { observationSpace, actionSpace } = environment;
  const accepted = withoutLimits(actionSpace);
  let progress: Progress = null;

  const expectIn = (
    space: Space,
    value: unknown,
    name: string,
    where: string,
    shown: Space = space,
  ): void => {
    const problem = violation(space, value, name);
    if (problem !== undefined) {
      throw new EnvironmentError(`${id}, ${where}: expected ${name} in ${String(shown)}, got ${problem}`);
    }
  };
  return {
    id,
    observationSpace,
    actionSpace,
    reset(options) {
      const result = environment.reset(options);
      if (typeof result !== 'object' || result === null || !('observation' in result)) {
        throw new EnvironmentError(`${id}, reset: expected { observation, info }, got ${describe(result)}`);
      }
      expectIn(observationSpace, result.observation, 'observation', 'reset');
      progress = { step: 0, ended: false };
      return result;
    },
    step(action) {
      const where = expectRunning(id, progress);
      expectIn(accepted, action, 'action', where, actionSpace);
      const result = environment.step(action);
      expectResult(id, where, result);
      expectIn(observationSpace, result.observation, 'observation', where);
      progress = { step: progress!.step + 1, ended: result.terminated || result.truncated };
      return result;
    },
    ...wrappedMethods(environment, {
      state: () => progress,
      restore: (saved: Progress) => void (progress = saved),
    }),
  };
}

function withoutLimits(space: Space): Space {
  return space.kind === 'Box'
    ? box({ low: -Infinity, high: Infinity, shape: space.shape, dtype: 'float64' })
    : space;
}

/** The step that is due, such as `step 12`, unless a reset is. */
function expectRunning(id: string, progress: Progress): string {
  if (progress === null) throw new EnvironmentError(`${id}, step 1: expected reset() before the first step`);
  const where = `step ${progress.step + 1}`;
  if (progress.ended) {
    throw new EnvironmentError(
      `${id}, ${where}: the episode ended at step ${progress.step}; call reset() first`,
    );
  }
  return where;
}

function expectResult(id: string, where: string, result: StepResult<unknown>): void {
  const fail = (expected: string, got: unknown): never => {
    throw new EnvironmentError(`${id}, ${where}: expected ${expected}, got ${describe(got)}`);
  };
  if (typeof result !== 'object' || result === null || !('observation' in result)) {
    fail('{ observation, reward, terminated, truncated, info }', result);
  }
  if (!Number.isFinite(result.reward)) fail('reward to be a finite number', result.reward);
  if (typeof result.terminated !== 'boolean') fail('terminated to be a boolean', result.terminated);
  if (typeof result.truncated !== 'boolean') fail('truncated to be a boolean', result.truncated);
}
