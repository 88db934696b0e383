/** checkEnvironment: whether somebody's environment keeps the contract, found out by playing it at random. */
import { EnvironmentError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import { isResumable, type Environment, type Json } from './environment.ts';
import { describe } from './spaces/rules.ts';
import { flatSize, flattenInto, sample } from './spaces/space.ts';
import { strictEnvironment } from './strict.ts';

/** Options of {@link checkEnvironment}. */
export interface CheckOptions {
  /** Steps of random play, at least 1. Default 200. */
  readonly steps?: number;
  /** Seed of the environment and of the actions. Default 0. */
  readonly seed?: number;
}

/** What was seen while playing. */
type Trace = readonly (readonly number[])[];

/**
 * Plays at random and checks: the spaces; every observation, reward and flag; that one seed gives one course of
 * events; that arrays handed out are not changed later; and that `state` and `restore` continue exactly, if there.
 *
 * @throws EnvironmentError for the first rule that is broken, naming the environment, step and value.
 */
export function checkEnvironment(
  environment: Environment,
  { steps = 200, seed = 0 }: CheckOptions = {},
): void {
  const id = environment.id ?? 'environment';
  const fail = (message: string): never => {
    throw new EnvironmentError(`${id}: ${message}`);
  };
  for (const name of ['observationSpace', 'actionSpace'] as const) {
    const space = environment[name] as { kind?: unknown } | undefined;
    if (space?.kind === undefined)
      fail(`expected ${name} to be a space, such as discrete(2), got ${describe(space)}`);
  }
  if ((environment.state === undefined) !== (environment.restore === undefined)) {
    fail('expected both state() and restore(), or neither, got only one');
  }

  const strict = strictEnvironment(environment, id);
  const first = play(strict, steps, seed);
  const second = play(strict, steps, seed);
  const differs = first.findIndex((row, i) => row.some((number, j) => !Object.is(number, second[i]![j])));
  if (differs >= 0) {
    const where = differs === 0 ? 'reset' : `step ${differs}`;
    fail(
      `${where}: expected the same events after reset({ seed: ${seed} }) and the same actions, got others`,
    );
  }
  if (isResumable(strict)) checkResuming(strict, steps, seed, fail);
}

/** Random play with automatic resets; the observations, rewards and flags of the reset and each step. */
function play(environment: Environment, steps: number, seed: number): Trace {
  const random = generator(seed);
  const begin = environment.reset({ seed }).observation;
  return [flat(environment, begin), ...continuePlay(environment, steps, random, begin)];
}

function continuePlay(
  environment: Environment,
  steps: number,
  random: ReturnType<typeof generator>,
  begin?: unknown,
): Trace {
  let shown = begin;
  return Array.from({ length: steps }, (_, i) => {
    const before = shown === undefined ? undefined : flat(environment, shown);
    const result = environment.step(sample(environment.actionSpace, random));
    if (before?.some((number, j) => !Object.is(number, flat(environment, shown)[j]))) {
      throw new EnvironmentError(
        `${environment.id}, step ${i + 1}: expected the previous observation to stay as it was, got it changed; ` +
          'return a new array each step',
      );
    }
    const isOver = result.terminated || result.truncated;
    const row = [
      ...flat(environment, result.observation),
      result.reward,
      Number(result.terminated),
      Number(result.truncated),
    ];
    shown = isOver ? environment.reset().observation : result.observation;
    return isOver ? [...row, ...flat(environment, shown)] : row;
  });
}

function flat({ observationSpace }: Environment, observation: unknown): readonly number[] {
  const numbers = new Float64Array(flatSize(observationSpace));
  flattenInto(observationSpace, observation as never, numbers);
  return Array.from(numbers);
}

function checkResuming(
  environment: Environment & { state(): Json; restore(state: Json): void },
  steps: number,
  seed: number,
  fail: (message: string) => never,
): void {
  environment.reset({ seed });
  const text = JSON.stringify(environment.state());
  const once = continuePlay(environment, steps, generator(seed));
  environment.restore(JSON.parse(text) as Json);
  const again = continuePlay(environment, steps, generator(seed));
  if (JSON.stringify(once) !== JSON.stringify(again)) {
    fail(
      'expected restore(state()) to continue exactly, got other events; keep the random generator in the state',
    );
  }
}
