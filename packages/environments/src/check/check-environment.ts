/** checkEnvironment: whether somebody's environment keeps the contract, found out by playing it. */
import { EnvironmentError } from '@ascent-rl/core/errors';
import { generator } from '@ascent-rl/core/random';
import { isResumable, type Environment, type Frame, type Json, type Resumable } from '../environment.ts';
import { describe } from '../spaces/rules.ts';
import { actionSize, sample, unflattenAction } from '../spaces/space.ts';
import type { Space } from '../spaces/types.ts';
import { strictEnvironment } from '../strict.ts';
import { adviseOnSpaces } from './advice.ts';
import { play, type Event } from './play.ts';

/** Options of {@link checkEnvironment}. */
export interface CheckOptions {
  /** Steps of each play, at least 1. Default 200. */
  readonly steps?: number;
  /** Seed of the environment and of the actions. Default 0. */
  readonly seed?: number;
}

/**
 * Plays and checks: the spaces; every observation, reward, flag and info, also while the lowest or highest action is
 * held; that a seed decides everything that happens, also in a second environment, played in turn with the first, if
 * a factory is given; that arrays handed over are changed by their owners only, and may be; that `render` gives a
 * frame; and that `state` and `restore` continue exactly. Those after Gymnasium's `check_env` and PettingZoo's tests.
 *
 * Environments that the factory made are closed in the end.
 *
 * @returns Advice on what is allowed but makes learning harder; for most environments none.
 * @throws EnvironmentError for the first rule that is broken, naming the environment, step and value.
 */
export function checkEnvironment(
  source: Environment | (() => Environment),
  { steps = 200, seed = 0 }: CheckOptions = {},
): readonly string[] {
  if (typeof source !== 'function') return checkedEnvironment(source, undefined, { steps, seed });
  const environment = source();
  let another: Environment | undefined;
  try {
    another = source();
    return checkedEnvironment(environment, another, { steps, seed });
  } finally {
    environment.close?.();
    another?.close?.();
  }
}

/** Checks one environment, in turn with `another` if there is one. */
function checkedEnvironment(
  environment: Environment,
  another: Environment | undefined,
  { steps, seed }: Required<CheckOptions>,
): readonly string[] {
  const id = environment.id ?? 'environment';
  const fail: Fail = (message) => {
    throw new EnvironmentError(`${id}: ${message}`);
  };
  checkMembers(environment, fail);

  const strict = strictEnvironment(environment, id);
  const first = [...play(strict, { steps, seed })];
  const expectSame = (events: Iterable<Event>, why: string): void => {
    let step = 0;
    for (const event of events) {
      if (event !== first[step]) {
        fail(`${step === 0 ? 'reset' : `step ${step}`}: expected the same events after ${why}, got others`);
      }
      step += 1;
    }
  };
  expectSame(play(strict, { steps, seed }), `reset({ seed: ${seed} }) and the same actions`);
  expectSame(
    play(strict, { steps, seed, scribble: true }),
    'a caller wrote into observations it was given and actions it had given; copy them',
  );
  if (another) {
    const disturbance = play(strict, { steps, seed: seed + 1 });
    expectSame(
      inTurn(play(strictEnvironment(another, id), { steps, seed }), disturbance),
      `the same seed in another environment beside this one`,
    );
  }
  for (const limit of ['low', 'high'] as const) {
    for (const _ of play(strict, {
      steps,
      seed,
      act: (random) => extremeAction(strict.actionSpace, limit, random),
    }));
  }
  if (environment.render) checkFrame(environment.render(), fail);
  if (isResumable(strict)) checkResuming(strict, { steps, seed }, fail);
  return adviseOnSpaces(environment);
}

type Fail = (message: string) => never;

function checkMembers(environment: Environment, fail: Fail): void {
  for (const name of ['observationSpace', 'actionSpace'] as const) {
    const space = environment[name] as { kind?: unknown } | undefined;
    if (space?.kind === undefined)
      fail(`expected ${name} to be a space, such as discrete(2), got ${describe(space)}`);
  }
  for (const name of ['reset', 'step'] as const) {
    if (typeof environment[name] !== 'function')
      fail(`expected a method ${name}, got ${describe(environment[name])}`);
  }
  if ((environment.state === undefined) !== (environment.restore === undefined)) {
    fail('expected both state() and restore(), or neither, got only one');
  }
}

/** The events of one play, while another goes on between them. */
function* inTurn(events: Generator<Event>, other: Generator<Event>): Generator<Event> {
  for (const event of events) {
    other.next();
    yield event;
  }
}

/** The lowest or highest action; numbers without a limit are drawn. */
function extremeAction(space: Space, limit: 'low' | 'high', random: ReturnType<typeof generator>): unknown {
  if (space.kind === 'Dict' || space.kind === 'Tuple') return sample(space, random);
  const drawn = sample(space, random);
  const last = limit === 'high' ? 1 : 0;
  const numbers = Array.from({ length: actionSize(space) }, (_, i) => {
    if (space.kind === 'Discrete') return space.start + last * (space.n - 1);
    if (space.kind === 'MultiDiscrete') return last * (space.nvec[i]! - 1);
    if (space.kind === 'MultiBinary') return last;
    return Number.isFinite(space[limit][i]!) ? space[limit][i]! : (drawn as ArrayLike<number>)[i]!;
  });
  return unflattenAction(space, numbers);
}

function checkFrame(frame: Frame | undefined, fail: Fail): void {
  const { width = 0, height = 0, data } = frame ?? {};
  const bytes = 4 * width * height;
  if (bytes > 0 && data instanceof Uint8ClampedArray && data.length === bytes) return;
  const got = data === undefined ? describe(frame) : `${data.length} bytes`;
  fail(`render: expected a frame with ${width} x ${height} x 4 bytes in a Uint8ClampedArray, got ${got}`);
}

function checkResuming(
  environment: Environment & Resumable,
  { steps, seed }: Required<CheckOptions>,
  fail: Fail,
): void {
  environment.reset({ seed });
  const text = JSON.stringify(environment.state());
  const once = [...play(environment, { steps, seed, goOn: true })];
  environment.restore(JSON.parse(text) as Json);
  const again = [...play(environment, { steps, seed, goOn: true })];
  if (once.some((event, i) => event !== again[i])) {
    fail(
      'expected restore(state()) to continue exactly, got other events; keep the random generator in the state',
    );
  }
}
