/** Strictness: an environment, or whoever acts in it, that breaks the contract is told so at once, by name and step. */
import { EnvironmentError } from '@ascent-rl/core/errors';
import { wrappedMethods, type Environment, type StepResult } from './environment.ts';
import { arrayViolation, describe } from './spaces/rules.ts';
import { choiceCount, violation, withoutLimits } from './spaces/space.ts';
import type { Numbers, Space } from './spaces/types.ts';

/** Where an environment stands in its episode; null before the first reset. */
type Progress = { readonly step: number; readonly ended: boolean } | null;

/**
 * The same environment, raising EnvironmentError for a step before the reset or after the end, an action or
 * observation outside its space, a reward that is not finite, flags that are not booleans, a mask that is not one.
 * A step that is both terminated and truncated is terminated.
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
      return result.terminated && result.truncated ? { ...result, truncated: false } : result;
    },
    ...wrappedMethods(environment, {
      state: () => progress,
      restore: (saved: Progress) => void (progress = saved),
    }),
    ...(environment.actionMask && {
      actionMask() {
        const mask = environment.actionMask!();
        const problem = maskViolation(actionSpace, mask);
        if (problem === undefined) return mask;
        const where = progress === null || progress.step === 0 ? 'reset' : `step ${progress.step}`;
        throw new EnvironmentError(`${id}, ${where}: expected ${problem}`);
      },
    }),
  };
}

/** What an action mask should have been, and what it is; undefined when it is right. */
function maskViolation(space: Space, mask: unknown): string | undefined {
  if (space.kind !== 'Discrete' && space.kind !== 'MultiDiscrete') {
    return `no action mask for ${String(space)}, but Discrete or MultiDiscrete choices`;
  }
  const problem = arrayViolation(mask, 'actionMask', choiceCount(space), (flag) => flag === 0 || flag === 1);
  if (problem !== undefined) return `an action mask of 0 and 1 for ${String(space)}, got ${problem}`;
  const flags = Array.from(mask as Numbers);
  for (const size of space.kind === 'Discrete' ? [space.n] : space.nvec) {
    if (flags.splice(0, size).includes(1)) continue;
    return `an allowed choice in every part of ${String(space)}, got actionMask = ${Array.from(mask as Numbers).join(', ')}`;
  }
  return undefined;
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
